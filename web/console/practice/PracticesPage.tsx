import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { useSearchParams } from 'wouter';

import { usePage } from '#app/page';
import { Field } from '#parts/Field';
import { Page } from '#parts/Layout';
import { Pages } from '#parts/Pages';
import { Answer, Bones, Empty } from '#parts/States';

import { PracticesQuery } from './documents';
import { PracticeEntry } from './PracticeEntry';

const kinds = [
  'PERSONALISATION',
  'PRICING',
  'MARKETING',
  'LABELLING',
  'DATA_USE',
  'SERVICE_DELIVERY',
  'INTERFACE_DESIGN',
  'LOYALTY',
  'OTHER',
] as const;

// What firms say that they do to their customers' experience.
export default function PracticesPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  usePage(t('practice.listTitle'));
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
  const kind = kinds.find((one) => one === search.get('kind'));
  const text = search.get('text') ?? '';
  const filter = { ...(kind ? { kind: [kind] } : {}), ...(text ? { text } : {}) };
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('practice.listTitle')}</h1>
          <p className="lead">{t('practice.listLead')}</p>
          <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
            <Field label={t('filter.text')}>
              {(control) => <input {...control} type="search" defaultValue={text} onChange={({ target }) => set('text', target.value)} />}
            </Field>
            <Field label={t('filter.kind')}>
              {(control) => (
                <select {...control} value={kind ?? ''} onChange={({ target }) => set('kind', target.value)}>
                  <option value="">{t('filter.all')}</option>
                  {kinds.map((one) => (
                    <option key={one} value={one}>
                      {t(`practice.kind.${one}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </form>
        </>
      }
    >
      <Pages key={`${kind}${text}`}>{(after, further) => <List variables={{ filter, after }} further={further} />}</Pages>
    </Page>
  );
}

type Further = Parameters<Parameters<typeof Pages>[0]['children']>[1];

function List({ variables, further }: { variables: { filter: object; after: string | null }; further: Further }) {
  const { t } = useTranslation();
  const [result, again] = useQuery({ query: PracticesQuery, variables });
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={6} />}>
      {({ practices }) => (
        <>
          {practices?.nodes.length === 0 && <Empty>{t('practice.none')}</Empty>}
          <ul className="entries">
            {practices?.nodes.map((one) => (
              <PracticeEntry key={one.id} practice={one} />
            ))}
          </ul>
          {further(practices?.pageInfo)}
        </>
      )}
    </Answer>
  );
}
