import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { useSearchParams } from 'wouter';

import { usePage } from '#app/page';
import { Field } from '#parts/Field';
import { Entry, Page } from '#parts/Layout';
import { Pages } from '#parts/Pages';
import { Answer, Bones, Empty } from '#parts/States';
import { Tag } from '#parts/Tag';
import { useFormat } from '#text/format';

import { TemplatesQuery } from './documents';

// The questionnaires that assessments answer.
export default function TemplatesPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  usePage(t('template.listTitle'));
  const text = search.get('text') ?? '';
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('template.listTitle')}</h1>
          <p className="lead">{t('template.listLead')}</p>
          <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
            <Field label={t('filter.text')}>
              {(control) => (
                <input
                  {...control}
                  type="search"
                  defaultValue={text}
                  onChange={({ target }) => setSearch(target.value ? { text: target.value } : {}, { replace: true })}
                />
              )}
            </Field>
          </form>
        </>
      }
    >
      <Pages key={text}>{(after, further) => <List text={text} after={after} further={further} />}</Pages>
    </Page>
  );
}

type Further = Parameters<Parameters<typeof Pages>[0]['children']>[1];

function List({ text, after, further }: { text: string; after: string | null; further: Further }) {
  const { t, i18n } = useTranslation();
  const { region } = useFormat();
  const [result, again] = useQuery({
    query: TemplatesQuery,
    variables: { filter: text ? { text } : {}, language: i18n.resolvedLanguage, after },
  });
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={5} />}>
      {({ assessmentTemplates: page }) => (
        <>
          {page?.nodes.length === 0 && <Empty>{t('template.none')}</Empty>}
          <ul className="entries">
            {page?.nodes.map(({ id, title, description, reference, state, jurisdiction, languages }) => (
              <Entry key={id} title={title.text} lang={title.language} to={`/templates/${id}`} text={description?.text}>
                <Tag isFilled={state === 'ACTIVE'}>{t(`template.state.${state}`)}</Tag>
                <code>{reference}</code>
                {jurisdiction && <span>{region(jurisdiction)}</span>}
                <span>{languages.join(', ')}</span>
              </Entry>
            ))}
          </ul>
          {further(page?.pageInfo)}
        </>
      )}
    </Answer>
  );
}
