import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { Link, useSearchParams } from 'wouter';

import type { FragmentOf } from '#app/graphql';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { Clock } from '#parts/Clock';
import { Choice, Field } from '#parts/Field';
import { Page, Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Pages } from '#parts/Pages';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Picks, usePicks } from '#parts/Picks';
import { Reason } from '#parts/Reason';
import { Answer, Bones, Empty } from '#parts/States';
import { Tag } from '#parts/Tag';
import { When } from '#parts/When';

import { DecideAppeal, LogQuery, RestoreComments, type HidingParts } from './documents';
import { Queue } from './Queue';
import '#parts/Form.css';

type Hiding = FragmentOf<typeof HidingParts>;
type State = Hiding['state'];

const states = ['HIDDEN', 'APPEALED', 'UPHELD', 'OVERTURNED', 'RESTORED'] as const;

// Moderation: what waits for a moderator, appeals, and the log that everybody reads.
export default function ModerationPage() {
  const { t } = useTranslation();
  const { viewer } = useSession();
  const [search, setSearch] = useSearchParams();
  const dialogue = search.get('dialogue');
  const state = states.find((one) => one === search.get('state')) ?? null;
  const [turn, setTurn] = useState(0); // after a decision the log is read anew
  usePage(t('moderation.title'));
  const isModerator = viewer?.roles.some((role) => role === 'FACILITATOR' || role === 'ADMIN');
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('moderation.title')}</h1>
          <p className="lead">{t('moderation.lead')}</p>
        </>
      }
    >
      {isModerator && <Queue dialogue={dialogue} onDone={() => setTurn(turn + 1)} />}
      {isModerator && <Appeals key={`appeals-${turn}`} dialogue={dialogue} onDone={() => setTurn(turn + 1)} />}
      <Section
        title={t('moderation.log')}
        tools={
          <Field label={t('filter.state')}>
            {(control) => (
              <select
                {...control}
                value={state ?? ''}
                onChange={({ target }) =>
                  setSearch((now) => {
                    if (target.value) now.set('state', target.value);
                    else now.delete('state');
                    return now;
                  })
                }
              >
                <option value="">{t('filter.all')}</option>
                {states.map((one) => (
                  <option key={one} value={one}>
                    {t(`moderation.state.${one}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        }
      >
        <Pages key={`${state}-${turn}`}>
          {(after, further) => <Log dialogue={dialogue} state={state} after={after} further={further} onDone={() => setTurn(turn + 1)} />}
        </Pages>
      </Section>
    </Page>
  );
}

interface LogProps {
  dialogue: string | null;
  state: State | null;
  after: string | null;
  further: Parameters<Parameters<typeof Pages>[0]['children']>[1];
  onDone: () => void;
}

function Log({ dialogue, state, after, further, onDone }: LogProps) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({
    query: LogQuery,
    variables: { filter: { dialogue, state: state && [state] }, after },
    requestPolicy: 'cache-and-network',
  });
  return (
    <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })} bones={<Bones lines={6} />}>
      {({ moderationLog: log }) => {
        const nodes = log?.nodes ?? [];
        return (
          <>
            {nodes.length === 0 && <Empty>{t('moderation.logEmpty')}</Empty>}
            <Entries nodes={nodes} onDone={onDone} />
            {further(log?.pageInfo)}
          </>
        );
      }}
    </Answer>
  );
}

// An appeal is decided above, not restored here.
const mayRestore = ({ subject, state }: Hiding) =>
  state !== 'APPEALED' && subject?.__typename === 'Comment' && (can(subject.viewerCan, 'COMMENT_RESTORE')?.allowed ?? false);

// Entries of the log; who may restore some of them chooses there.
function Entries({ nodes, onDone }: { nodes: readonly Hiding[]; onDone: () => void }) {
  const { t } = useTranslation();
  const [, restore] = useMutation(RestoreComments);
  const open = nodes.filter(mayRestore);
  const picks = usePicks(open.map(({ subjectId }) => subjectId));
  const rest = nodes.filter((one) => !open.includes(one));
  return (
    <>
      {open.length > 0 && (
        <>
          <Picks
            picks={picks}
            items={open.map((one) => ({ id: one.subjectId, name: one.reason, show: <Entry hiding={one} isWhole /> }))}
          />
          <details className="form">
            <summary>{t('moderation.restore')}</summary>
            <Reason
              keep="moderation.restore"
              label={t('moderation.restoreWhy')}
              hint={t('moderation.reasonHint')}
              send={t('moderation.restoreThem', { count: picks.picked.length })}
              failed={t('moderation.refused')}
              act={(reason) => restore({ input: { comments: picks.picked, reason } })}
              onDone={onDone}
            />
          </details>
        </>
      )}
      {rest.map((one) => (
        <article key={one.id} className="campaign">
          <Entry hiding={one} />
        </article>
      ))}
    </>
  );
}

function Entry({ hiding, isWhole }: { hiding: Hiding; isWhole?: boolean }) {
  const { t } = useTranslation();
  const { subject } = hiding;
  return (
    <>
      <p className="line-meta">
        <Tag isFilled={hiding.state === 'APPEALED'}>{t(`moderation.state.${hiding.state}`)}</Tag>
        <When at={hiding.createdAt} />
        {hiding.by && <Party party={hiding.by} />}
        {hiding.dialogue && <Link href={`/dialogues/${hiding.dialogue.id}`}>{hiding.dialogue.title}</Link>}
      </p>
      <p>{t('moderation.because', { reason: hiding.reason })}</p>
      {isWhole && subject?.__typename === 'Comment' && subject.body && (
        <div className="preview">
          <Markdown text={subject.body} lang={subject.language} />
        </div>
      )}
      {hiding.appealedAt && !hiding.decidedAt && hiding.dueAt && (
        <p className="meta">
          {t('moderation.appealed')} <Clock due={hiding.dueAt} isOver={hiding.overdueAt !== null} />
        </p>
      )}
      {hiding.decision && (
        <p>
          {t('moderation.decided', { reason: hiding.decision })} {hiding.decidedBy && <Party party={hiding.decidedBy} />}
        </p>
      )}
      {hiding.restoredBecause && <p>{t('moderation.restored', { reason: hiding.restoredBecause })}</p>}
    </>
  );
}

// Appeals that the viewer may decide, the oldest clock first.
function Appeals({ dialogue, onDone }: { dialogue: string | null; onDone: () => void }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({
    query: LogQuery,
    variables: { filter: { dialogue, state: ['APPEALED'] }, after: null },
    requestPolicy: 'cache-and-network',
  });
  return (
    <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })} bones={<Bones lines={3} />}>
      {({ moderationLog: log }) => {
        const nodes = [...(log?.nodes ?? [])].sort((a, b) => (a.dueAt ?? '').localeCompare(b.dueAt ?? ''));
        return (
          <Section title={t('moderation.appeals', { count: nodes.length })}>
            {nodes.length === 0 && <Empty>{t('moderation.appealsEmpty')}</Empty>}
            {nodes.map((one) => (
              <article key={one.id} className="campaign">
                <Entry hiding={one} isWhole />
                <Deciding hiding={one} onDone={onDone} />
              </article>
            ))}
          </Section>
        );
      }}
    </Answer>
  );
}

function Deciding({ hiding, onDone }: { hiding: Hiding; onDone: () => void }) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<'UPHELD' | 'OVERTURNED'>('OVERTURNED');
  const [, decide] = useMutation(DecideAppeal);
  const permission = can(hiding.viewerCan, 'HIDING_DECIDE');
  if (!permission?.allowed) return <p className="meta">{t('moderation.otherDecides')}</p>;
  return (
    <>
      {hiding.appeal && (
        <div className="preview">
          <p className="meta">{t('moderation.appealSays')}</p>
          <p>{hiding.appeal}</p>
        </div>
      )}
      <Reason
        keep={`${hiding.id}.decision`}
        label={t('moderation.reason')}
        hint={t('moderation.reasonHint')}
        more={
          <Choice
            legend={t('moderation.decision')}
            name={`appeal-${hiding.id}`}
            value={outcome}
            onChange={setOutcome}
            options={(['OVERTURNED', 'UPHELD'] as const).map((value) => ({ value, label: t(`moderation.outcome.${value}`) }))}
          />
        }
        send={t('moderation.decide')}
        failed={t('moderation.refused')}
        act={(reason) => decide({ input: { id: hiding.id, outcome, reason } })}
        onDone={onDone}
      />
    </>
  );
}
