import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { Link, useSearchParams } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { useLive } from '#app/live';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { useFresh } from '#comment/fresh';
import { MoreThread, Thread, type Order } from '#comment/Thread';
import { CanNow } from '#parts/CanNow';
import { Files } from '#parts/Files';
import { Page, Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { PhaseBar } from '#parts/PhaseBar';
import { Sent, useSend } from '#parts/send';
import { Answer, Empty, Missing } from '#parts/States';
import { Tag, Tags } from '#parts/Tag';
import { When } from '#parts/When';
import { ProposalEntry } from '#proposal/ProposalEntry';

import { DialogueActivity, DialogueQuery, DialogueThreadQuery, MarkRead, OpenDialogue } from './documents';
import { Heard } from './Heard';

type Dialogue = NonNullable<ResultOf<typeof DialogueQuery>['dialogue']>;
type Owed = ResultOf<typeof DialogueQuery>['owed'];

// The page of a dialogue: the question, what was heard, what is proposed, and what is said.
export default function DialoguePage({ id = '' }: { id?: string }) {
  const [search, setSearch] = useSearchParams();
  const order = (['AGREEMENT', 'NEWEST', 'OLDEST'] as const).find((one) => one === search.get('order')) ?? 'AGREEMENT';
  const { viewer } = useSession();
  const [result, ask] = useQuery({ query: DialogueQuery, variables: { id, order }, requestPolicy: 'cache-and-network' });
  const again = () => ask({ requestPolicy: 'network-only' });
  const dialogue = result.data?.dialogue;
  usePage(dialogue?.title);

  const { fresh, note, clear } = useFresh(viewer?.party?.id);
  useLive(
    DialogueActivity,
    { id, after: null },
    {
      after: result.data?.head,
      again,
      on: ({ dialogueActivity: event }) => event && note(event.act.type, event.comment),
    },
  );
  const refresh = () => {
    clear();
    again();
  };
  useRead(id, viewer ? result.data?.head : null);
  return (
    <Answer result={result} again={again}>
      {() =>
        dialogue ? (
          <Shown
            dialogue={dialogue}
            owed={result.data?.owed ?? null}
            order={order}
            onOrder={(next) => setSearch({ order: next }, { replace: true })}
            fresh={fresh}
            refresh={refresh}
          />
        ) : (
          <Missing />
        )
      }
    </Answer>
  );
}

// useRead notes what of the dialogue the person has been shown.
function useRead(id: string, head: string | null | undefined) {
  const [, mark] = useMutation(MarkRead);
  useEffect(() => {
    if (head) void mark({ input: { id, cursor: head } });
  }, [id, head, mark]);
}

interface ShownProps {
  dialogue: Dialogue;
  owed: Owed;
  order: Order;
  onOrder: (order: Order) => void;
  fresh: number;
  refresh: () => void;
}

function Shown({ dialogue, owed, order, onOrder, fresh, refresh }: ShownProps) {
  const { t } = useTranslation();
  const { id, title, brief, languages, convenor, state, phases } = dialogue;
  const lang = languages[0];
  const isClosed = state === 'CLOSED';
  const mayVote = dialogue.phase?.mayVote && dialogue.thread?.edges.some(({ node }) => can(node?.viewerCan, 'COMMENT_VOTE')?.allowed);
  return (
    <Page
      head={
        <>
          <Tags>
            <Tag>{t('dialogue.kind')}</Tag>
            <Tag isFilled={state === 'OPEN'}>{t(`dialogue.state.${state}`)}</Tag>
            {dialogue.reference && <span>{dialogue.reference}</span>}
            {dialogue.round > 1 && <span>{t('dialogue.round', { round: dialogue.round })}</span>}
          </Tags>
          <h1 tabIndex={-1} lang={lang}>
            {title}
          </h1>
          {brief && (
            <p className="lead" lang={lang}>
              {brief}
            </p>
          )}
          <p className="byline">
            {t('dialogue.convenedBy')} <Party party={convenor} />
          </p>
          {isClosed && <Outcome dialogue={dialogue} />}
        </>
      }
      aside={
        <>
          <PhaseBar phases={phases} isClosed={isClosed} />
          <Steps dialogue={dialogue} owed={owed} mayVote={mayVote} again={refresh} />
          <Answering dialogue={dialogue} />
        </>
      }
    >
      <Files files={dialogue.files} />
      <About dialogue={dialogue} />
      <Heard dialogue={dialogue} again={refresh} />
      <Section title={t('proposal.count', { count: dialogue.allProposals?.totalCount ?? 0 })}>
        {dialogue.allProposals?.nodes.length === 0 && <Empty>{t('proposal.none')}</Empty>}
        <ul className="entries">
          {dialogue.allProposals?.nodes.map((one) => (
            <ProposalEntry key={one.id} proposal={one} />
          ))}
        </ul>
      </Section>
      <Thread
        subject={id}
        page={dialogue.thread}
        order={order}
        onOrder={onOrder}
        fresh={fresh}
        refresh={refresh}
        permission={can(dialogue.viewerCan, 'COMMENT_POST')}
        further={
          <MoreThread
            first={dialogue.thread?.pageInfo}
            query={DialogueThreadQuery}
            variables={{ id, order }}
            read={(data) => data.dialogue?.thread}
          />
        }
      />
      <p className="more meta">
        <Link href={`/moderation?dialogue=${id}`}>{t('moderation.logOf')}</Link>
      </p>
    </Page>
  );
}

const allowed = (action: 'COMMENT_VOTE') => ({ action, allowed: true, code: null, values: null });

// What the viewer can do, with what needs only a press done here.
function Steps({ dialogue, owed, mayVote, again }: { dialogue: Dialogue; owed: Owed; mayVote: boolean | undefined; again: () => void }) {
  const { t } = useTranslation();
  const { id, state, viewerCan } = dialogue;
  const [, open] = useMutation(OpenDialogue);
  const sending = useSend();
  const mayAnswer = can(owed?.nodes[0]?.viewerCan, 'COMMENT_DISPOSE');
  const press = async () => (await sending.send(() => open({ input: { id } }))) && again();
  return (
    <CanNow
      steps={[
        ...(state === 'DRAFT' ? [{ can: can(viewerCan, 'DIALOGUE_OPEN'), say: t('can.DIALOGUE_OPEN'), act: () => void press() }] : []),
        { can: can(viewerCan, 'COMMENT_POST'), say: t('can.COMMENT_POST'), to: '#say' },
        ...(mayVote ? [{ can: allowed('COMMENT_VOTE'), say: t('can.COMMENT_VOTE'), to: `/statements/${id}` }] : []),
        { can: can(viewerCan, 'PROPOSAL_DRAFT'), say: t('can.PROPOSAL_DRAFT'), to: `/dialogues/${id}/propose` },
        { can: mayAnswer, say: t('can.COMMENT_DISPOSE', { count: owed?.totalCount ?? 0 }), to: `/dialogues/${id}/answers` },
        { can: can(viewerCan, 'SYNTHESIS_PUBLISH'), say: t('can.SYNTHESIS_PUBLISH'), to: `/dialogues/${id}/hear` },
        { can: can(viewerCan, 'DIALOGUE_UPDATE'), say: t('can.DIALOGUE_UPDATE'), to: `/dialogues/${id}/edit` },
        ...(state === 'OPEN'
          ? [{ can: can(viewerCan, 'DIALOGUE_CLOSE'), say: t('can.DIALOGUE_CLOSE'), to: `/dialogues/${id}/close` }]
          : []),
        ...(state === 'CLOSED'
          ? [{ can: can(viewerCan, 'DIALOGUE_REOPEN'), say: t('can.DIALOGUE_REOPEN'), to: `/dialogues/${id}/close` }]
          : []),
      ]}
    >
      <Sent faults={sending.faults} isLost={sending.isLost} what={t('can.refused')} />
    </CanNow>
  );
}

function Outcome({ dialogue }: { dialogue: Dialogue }) {
  const { t } = useTranslation();
  const [latest] = dialogue.outcomes?.nodes ?? [];
  if (!latest) return null;
  return (
    <section className="outcome" aria-labelledby="outcome">
      <h2 id="outcome">{t('dialogue.outcome')}</h2>
      <Markdown text={latest.text} lang={dialogue.languages[0]} />
      <p className="meta">
        {t('dialogue.closed')} <When at={latest.closedAt} isFar />
      </p>
    </section>
  );
}

function About({ dialogue }: { dialogue: Dialogue }) {
  const { t } = useTranslation();
  return dialogue.practices.map((practice) => (
    <p key={practice.id} className="noted">
      {t('practice.about')} <Link href={`/practices/${practice.id}`}>{practice.title}</Link> <Party party={practice.firm} />
    </p>
  ));
}

function Answering({ dialogue: { responseRate } }: { dialogue: Dialogue }) {
  const { t } = useTranslation();
  if (responseRate.total === 0) return null;
  return (
    <section>
      <h2>{t('dialogue.answers')}</h2>
      <p>{t('dialogue.responseRate', { answered: responseRate.answered, count: responseRate.total })}</p>
    </section>
  );
}
