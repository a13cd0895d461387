import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';

import { usePage } from '#app/page';
import { Field } from '#parts/Field';
import { Page } from '#parts/Layout';

import { Assessments } from './Assessments';

const states = [
  'PUBLISHED',
  'OUTDATED',
  'IN_CONSULTATION',
  'IN_REVIEW',
  'CHANGES_REQUESTED',
  'APPROVED',
  'DRAFT',
  'SUPERSEDED',
  'REVOKED',
] as const;
const levels = ['I', 'II', 'III', 'IV'] as const;

// All impact assessments that the reader may see.
export default function AssessmentsPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  usePage(t('assessment.listTitle'));
  const set = (name: string, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const state = states.find((one) => one === search.get('state'));
  const level = levels.find((one) => one === search.get('level'));
  const text = search.get('text') ?? '';
  const filter = { ...(state ? { state: [state] } : {}), ...(level ? { level: [level] } : {}), ...(text ? { text } : {}) };
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('assessment.listTitle')}</h1>
          <p className="lead">{t('assessment.listLead')}</p>
          <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
            <Field label={t('filter.text')}>
              {(control) => <input {...control} type="search" defaultValue={text} onChange={({ target }) => set('text', target.value)} />}
            </Field>
            <Field label={t('filter.state')}>
              {(control) => (
                <select {...control} value={state ?? ''} onChange={({ target }) => set('state', target.value)}>
                  <option value="">{t('filter.all')}</option>
                  {states.map((one) => (
                    <option key={one} value={one}>
                      {t(`assessment.tag.${one}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={t('assessment.levelLabel')}>
              {(control) => (
                <select {...control} value={level ?? ''} onChange={({ target }) => set('level', target.value)}>
                  <option value="">{t('filter.all')}</option>
                  {levels.map((one) => (
                    <option key={one} value={one}>
                      {t('assessment.level', { level: one })}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </form>
        </>
      }
    >
      <Assessments filter={filter} none={t('assessment.noneFits')} />
    </Page>
  );
}
