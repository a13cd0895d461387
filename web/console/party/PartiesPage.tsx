import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { useSearchParams } from 'wouter';

import { usePage } from '#app/page';
import { Field } from '#parts/Field';
import { Page } from '#parts/Layout';
import { Pages } from '#parts/Pages';
import { Party } from '#parts/Party';
import { Answer, Bones, Empty } from '#parts/States';

import { PartiesQuery } from './documents';
import './PartyPage.css';

const kinds = ['FIRM', 'CUSTOMER', 'REGULATOR', 'NGO', 'ACADEMIC_INSTITUTION'] as const;

// Who takes part, by chamber.
export default function PartiesPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  usePage(t('party.listTitle'));
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
          <h1 tabIndex={-1}>{t('party.listTitle')}</h1>
          <p className="lead">{t('party.listLead')}</p>
          <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
            <Field label={t('filter.name')}>
              {(control) => <input {...control} type="search" defaultValue={text} onChange={({ target }) => set('text', target.value)} />}
            </Field>
            <Field label={t('filter.chamber')}>
              {(control) => (
                <select {...control} value={kind ?? ''} onChange={({ target }) => set('kind', target.value)}>
                  <option value="">{t('filter.all')}</option>
                  {kinds.map((one) => (
                    <option key={one} value={one}>
                      {t(`chambers.${one}`)}
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
  const [result, again] = useQuery({ query: PartiesQuery, variables });
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={6} />}>
      {({ stakeholders }) => (
        <>
          {stakeholders?.nodes.length === 0 && <Empty>{t('party.none')}</Empty>}
          <ul className="party-list">
            {stakeholders?.nodes.map((party) => (
              <li key={party.id}>
                <Party party={party} />
                {party.description && <p className="meta">{party.description}</p>}
              </li>
            ))}
          </ul>
          {further(stakeholders?.pageInfo)}
        </>
      )}
    </Answer>
  );
}
