import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { useAct } from '#parts/act';
import { Asked } from '#parts/Asked';
import { Button } from '#parts/Button';
import { Page, Section } from '#parts/Layout';
import { Outcome } from '#parts/Outcome';
import { Pages } from '#parts/Pages';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Answer, Bones, Empty } from '#parts/States';
import { When } from '#parts/When';
import { useFormat } from '#text/format';

import { ApproveParty, RegistrationsQuery, RejectParty } from './documents';

type Someone = NonNullable<ResultOf<typeof RegistrationsQuery>['stakeholders']>['nodes'][number];
type Further = Parameters<Parameters<typeof Pages>[0]['children']>[1];

// Where admins admit parties, one by one or several at once.
export default function MembersPage() {
  const { t } = useTranslation();
  const { viewer } = useSession();
  usePage(t('members.title'));
  const may = viewer?.roles.includes('ADMIN') || viewer?.roles.includes('AUDITOR');
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('members.title')}</h1>
          <p className="lead">{t('members.lead')}</p>
        </>
      }
    >
      {viewer === undefined && <Bones />}
      {viewer === null && <Refusal refused={{ code: 'SIGN_IN' }} what={t('members.cannot')} />}
      {viewer && !may && (
        <Refusal
          refused={{
            code: 'ROLE',
            values: { roles: ['ADMIN'], minimum: null, limit: null, actual: null, state: null, states: null, date: null, scopes: null },
          }}
          what={t('members.cannot')}
        />
      )}
      {may && <Pages>{(after, further) => <List after={after} further={further} />}</Pages>}
    </Page>
  );
}

function List({ after, further }: { after: string | null; further: Further }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: RegistrationsQuery, variables: { after }, requestPolicy: 'cache-and-network' });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const approve = useAct(ApproveParty);
  const again = () => ask({ requestPolicy: 'network-only' });
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <Answer result={result} again={again} bones={<Bones lines={6} />}>
      {({ stakeholders }) => {
        const all = stakeholders?.nodes ?? [];
        const picked = all.filter(({ id }) => chosen.has(id));
        const admit = async () => {
          for (const one of picked) {
            if (!(await approve.run({ input: { id: one.id, expectedRevision: one.revision } }))) break;
          }
          setChosen(new Set());
          again();
        };
        return (
          <>
            {all.length === 0 && !after && <Empty>{t('members.none')}</Empty>}
            <ul className="entries">
              {all.map((one) => (
                <Registration key={one.id} party={one} isChosen={chosen.has(one.id)} toggle={() => toggle(one.id)} again={again} />
              ))}
            </ul>
            {picked.length > 0 && (
              <Section title={t('members.admitting', { count: picked.length })}>
                <ul className="lines text-block">
                  {picked.map((one) => (
                    <li key={one.id}>
                      <Party party={one} isPlain />
                    </li>
                  ))}
                </ul>
                <p className="text-block">
                  <Button isBusy={approve.isBusy} onClick={() => void admit()}>
                    {t('members.admit')}
                  </Button>
                </p>
              </Section>
            )}
            <Outcome act={approve} what={t('can.refused')} />
            {further(stakeholders?.pageInfo)}
          </>
        );
      }}
    </Answer>
  );
}

function Registration({ party, isChosen, toggle, again }: { party: Someone; isChosen: boolean; toggle: () => void; again: () => void }) {
  const { t } = useTranslation();
  const { list, region } = useFormat();
  const reject = useAct(RejectParty);
  const { id, revision, viewerCan, description, jurisdictions, resembles, createdAt } = party;
  return (
    <li className="entry">
      <label className="option">
        {can(viewerCan, 'STAKEHOLDER_APPROVE')?.allowed && <input type="checkbox" checked={isChosen} onChange={toggle} />}
        <Party party={party} isPlain />
      </label>
      <p className="entry-meta">
        <When at={createdAt} />
        {jurisdictions.length > 0 && <span>{list(jurisdictions.map(region))}</span>}
      </p>
      {description && <p>{description}</p>}
      {resembles.length > 0 && (
        <p className="noted">
          <b>{t('members.resembles')}</b> {list(resembles.map(({ name }) => name))}
        </p>
      )}
      {can(viewerCan, 'STAKEHOLDER_REJECT')?.allowed && (
        <Asked
          id={`${id}-reject`}
          summary={t('members.reject')}
          wanted={[{ name: 'reason', label: t('reason.label'), hint: t('members.rejectHint') }]}
          submit={t('members.reject')}
          refused={t('can.refused')}
          act={reject}
          run={async ({ reason = '' }) => {
            const done = await reject.run({ input: { id, reason, expectedRevision: revision } });
            if (done) again();
            return done;
          }}
        />
      )}
    </li>
  );
}
