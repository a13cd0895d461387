import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { Link, useSearchParams } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { useLive } from '#app/live';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { MoreThread, Thread, useFresh, type Order } from '#comment/Thread';
import { CanNow } from '#parts/CanNow';
import { Files } from '#parts/Files';
import { Page, Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { PhaseBar } from '#parts/PhaseBar';
import { Answer, Empty, Missing } from '#parts/States';
import { Tag, Tags } from '#parts/Tag';
import { When } from '#parts/When';
import { ProposalEntry } from '#proposal/ProposalEntry';

import { DialogueActivity, DialogueQuery, DialogueThreadQuery, MarkRead } from './documents';
import { Heard } from './Heard';

type Dialogue = NonNullable<ResultOf<typeof DialogueQuery>['dialogue']>;

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
  order: Order;
  onOrder: (order: Order) => void;
  fresh: number;
  refresh: () => void;
}

function Shown({ dialogue, order, onOrder, fresh, refresh }: ShownProps) {
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
          <CanNow
            steps={[
              { can: can(dialogue.viewerCan, 'COMMENT_POST'), say: t('can.COMMENT_POST'), to: '#say' },
              ...(mayVote
                ? [
                    {
                      can: { action: 'COMMENT_VOTE', allowed: true, code: null, values: null } as const,
                      say: t('can.COMMENT_VOTE'),
                      to: `/statements/${id}`,
                    },
                  ]
                : []),
              { can: can(dialogue.viewerCan, 'PROPOSAL_DRAFT'), say: t('can.PROPOSAL_DRAFT'), to: `/dialogues/${id}/propose` },
              { can: can(dialogue.viewerCan, 'SYNTHESIS_PUBLISH'), say: t('can.SYNTHESIS_PUBLISH') },
              { can: can(dialogue.viewerCan, 'DIALOGUE_CLOSE'), say: t('can.DIALOGUE_CLOSE') },
            ]}
          />
          <Answering dialogue={dialogue} />
        </>
      }
    >
      <Files files={dialogue.files} />
      <About dialogue={dialogue} />
      <Heard dialogue={dialogue} />
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
    </Page>
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
