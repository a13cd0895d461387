import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { useSearchParams } from 'wouter';

import { usePage } from '#app/page';
import { Field } from '#parts/Field';
import { Page } from '#parts/Layout';
import { Pages } from '#parts/Pages';
import { Answer, Bones, Empty } from '#parts/States';

import { DialogueEntry } from './DialogueEntry';
import { DialoguesQuery } from './documents';

const states = ['OPEN', 'CLOSED'] as const;
const orders = ['NEWEST', 'CLOSING_SOON', 'MOST_DISCUSSED'] as const;

// All dialogues, with filters in the address, so that a list can be sent to somebody.
export default function DialoguesPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  usePage(t('dialogue.listTitle'));
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
  const order = orders.find((one) => one === search.get('order')) ?? 'NEWEST';
  const text = search.get('text') ?? '';
  const filter = { ...(state ? { state: [state] } : {}), ...(text ? { text } : {}) };
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('dialogue.listTitle')}</h1>
          <p className="lead">{t('dialogue.listLead')}</p>
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
                      {t(`dialogue.state.${one}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={t('comment.order')}>
              {(control) => (
                <select {...control} value={order} onChange={({ target }) => set('order', target.value)}>
                  {orders.map((one) => (
                    <option key={one} value={one}>
                      {t(`filter.order.${one}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </form>
        </>
      }
    >
      <Pages key={`${state}${order}${text}`}>{(after, further) => <List variables={{ filter, order, after }} further={further} />}</Pages>
    </Page>
  );
}

type Variables = { filter: object; order: (typeof orders)[number]; after: string | null };

function List({ variables, further }: { variables: Variables; further: Parameters<Parameters<typeof Pages>[0]['children']>[1] }) {
  const { t } = useTranslation();
  const [result, again] = useQuery({ query: DialoguesQuery, variables });
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={6} />}>
      {({ dialogues }) => (
        <>
          {dialogues?.nodes.length === 0 && <Empty>{t('dialogue.noneFound')}</Empty>}
          <ul className="entries">
            {dialogues?.nodes.map((one) => (
              <DialogueEntry key={one.id} dialogue={one} />
            ))}
          </ul>
          {further(dialogues?.pageInfo)}
        </>
      )}
    </Answer>
  );
}
