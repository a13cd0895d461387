import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link, useSearchParams } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { useLive } from '#app/live';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { useFresh } from '#comment/fresh';
import { MoreThread, Thread, type Order } from '#comment/Thread';
import { CanNow } from '#parts/CanNow';
import { Files } from '#parts/Files';
import { Back, Page } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { PhaseBar } from '#parts/PhaseBar';
import { Refusal } from '#parts/Refusal';
import { Answer, Missing } from '#parts/States';
import { Tag, Tags } from '#parts/Tag';
import { When } from '#parts/When';
import { useFormat } from '#text/format';

import { useActs } from './acts';
import { ProposalActivity, ProposalQuery, ProposalThreadQuery } from './documents';
import { isGoingOn } from './ProposalEntry';
import { Responses } from './Responses';
import './ProposalPage.css';

const Agreement = lazy(() => import('#charts/Agreement').then((loaded) => ({ default: loaded.Agreement })));
const Amendments = lazy(() => import('./Amendments').then((loaded) => ({ default: loaded.Amendments })));

export type Proposal = NonNullable<ResultOf<typeof ProposalQuery>['proposal']>;

// The page of a proposal: its text, what is answered to it, and what is said about it.
export default function ProposalPage({ id = '' }: { id?: string }) {
  const [search, setSearch] = useSearchParams();
  const order = (['AGREEMENT', 'NEWEST', 'OLDEST'] as const).find((one) => one === search.get('order')) ?? 'AGREEMENT';
  const { viewer } = useSession();
  const [result, ask] = useQuery({ query: ProposalQuery, variables: { id, order }, requestPolicy: 'cache-and-network' });
  const again = () => ask({ requestPolicy: 'network-only' });
  const proposal = result.data?.proposal;
  usePage(proposal?.title);

  const { fresh, note, clear } = useFresh(viewer?.party?.id);
  useLive(
    ProposalActivity,
    { id, after: null },
    {
      after: result.data?.head,
      again,
      on({ proposalUpdated: event }) {
        if (!event) return;
        note(event.act.type, event.comment);
        if (/^(PROPOSAL|OFFICIALRESPONSE|BALLOT)_/.test(event.act.type)) again();
      },
    },
  );
  const refresh = () => {
    clear();
    again();
  };
  return (
    <Answer result={result} again={again}>
      {() =>
        proposal ? (
          <Shown
            proposal={proposal}
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

interface ShownProps {
  proposal: Proposal;
  order: Order;
  onOrder: (order: Order) => void;
  fresh: number;
  refresh: () => void;
}

function Shown({ proposal, order, onOrder, fresh, refresh }: ShownProps) {
  const { t } = useTranslation();
  const { id, dialogue, language: lang, thread } = proposal;
  const mayVote = thread?.edges.some(({ node }) => can(node?.viewerCan, 'COMMENT_VOTE')?.allowed);
  return (
    <Page
      head={
        <>
          <Back to={`/dialogues/${dialogue.id}`}>{dialogue.title}</Back>
          <Tags>
            <Tag>{t(`proposal.kind.${proposal.kind}`)}</Tag>
            <Tag isFilled={isGoingOn(proposal.state)}>{t(`proposal.state.${proposal.state}`)}</Tag>
            {proposal.version > 1 ? (
              <Link href={`/proposals/${id}/versions/${proposal.version - 1}..${proposal.version}`}>
                {t('proposal.version', { number: proposal.version })}
              </Link>
            ) : (
              <span>{t('proposal.version', { number: proposal.version })}</span>
            )}
            {proposal.reference && <span>{proposal.reference}</span>}
          </Tags>
          <h1 tabIndex={-1} lang={lang}>
            {proposal.title}
          </h1>
          {proposal.summary && (
            <p className="lead" lang={lang}>
              {proposal.summary}
            </p>
          )}
          <By proposal={proposal} />
          {proposal.stateReason && <p className="noted">{t('proposal.because', { reason: proposal.stateReason })}</p>}
          <div className="text-block">
            <Markdown text={proposal.body} lang={lang} />
          </div>
          <Related proposal={proposal} />
          <Files files={proposal.files} />
        </>
      }
      aside={
        <>
          <PhaseBar phases={dialogue.phases} isClosed={dialogue.state === 'CLOSED'} />
          <Steps proposal={proposal} mayVote={mayVote} again={refresh} />
          <Suspense>
            <Agreement comments={(thread?.edges ?? []).flatMap(({ node }) => (node ? [node] : []))} />
          </Suspense>
        </>
      }
    >
      <Decided proposal={proposal} />
      <Responses proposal={proposal} />
      <Suspense>
        <Amendments proposal={proposal} />
      </Suspense>
      <Thread
        subject={id}
        page={thread}
        order={order}
        onOrder={onOrder}
        fresh={fresh}
        refresh={refresh}
        permission={can(proposal.viewerCan, 'COMMENT_POST')}
        further={
          <MoreThread
            first={thread?.pageInfo}
            query={ProposalThreadQuery}
            variables={{ id, order }}
            read={(data) => data.proposal?.thread}
          />
        }
      />
    </Page>
  );
}

// What the viewer can do, with what needs only a press done here.
function Steps({ proposal, mayVote, again }: { proposal: Proposal; mayVote: boolean | undefined; again: () => void }) {
  const { t } = useTranslation();
  const { id } = proposal;
  const { acts, refused, isLost } = useActs(proposal, again);
  const pressed = Object.entries(acts) as [keyof typeof acts, () => void][];
  return (
    <CanNow
      steps={[
        ...(proposal.ballots?.nodes[0]?.state === 'OPEN'
          ? [{ can: allowed('BALLOT_CAST'), say: t('can.BALLOT_CAST'), to: `/proposals/${id}/ballot` }]
          : []),
        ...(proposal.responses?.nodes ?? [])
          .filter(({ state }) => state === 'REQUESTED')
          .map(({ id: response, viewerCan }) => ({
            can: can(viewerCan, 'OFFICIALRESPONSE_GIVE'),
            say: t('can.OFFICIALRESPONSE_GIVE'),
            to: `#respond-${response}`,
          })),
        ...pressed.map(([action, act]) => ({ can: can(proposal.viewerCan, action), say: t(`can.${action}`), act })),
        { can: can(proposal.viewerCan, 'COMMENT_POST'), say: t('can.COMMENT_POST'), to: '#say' },
        ...(mayVote ? [{ can: allowed('COMMENT_VOTE'), say: t('can.COMMENT_VOTE'), to: '#comments' }] : []),
        { can: can(proposal.viewerCan, 'AMENDMENT_DRAFT'), say: t('can.AMENDMENT_DRAFT'), to: `/proposals/${id}/amend` },
        { can: can(proposal.viewerCan, 'BALLOT_OPEN'), say: t('can.BALLOT_OPEN'), to: `/proposals/${id}/open-ballot` },
        { can: can(proposal.viewerCan, 'PROPOSAL_EDIT'), say: t('can.PROPOSAL_EDIT'), to: `/proposals/${id}/edit` },
        { can: can(proposal.viewerCan, 'OFFICIALRESPONSE_REQUEST'), say: t('can.OFFICIALRESPONSE_REQUEST'), to: `/proposals/${id}/ask` },
      ]}
    >
      <div role="status">
        {refused && <Refusal refused={refused} what={t('can.refused')} />}
        {isLost && <p className="alarm">{t('can.lost')}</p>}
      </div>
    </CanNow>
  );
}

const allowed = (action: 'BALLOT_CAST' | 'COMMENT_VOTE') => ({ action, allowed: true, code: null, values: null });

function By({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const coAuthors = proposal.authors.filter(({ accepted }) => accepted);
  return (
    <>
      <p className="byline">
        {t('proposal.by')} <Party party={proposal.author} />
        {coAuthors.map(({ party }) => (
          <Party key={party.id} party={party} />
        ))}
        <span className="meta">
          <When at={proposal.openedAt ?? proposal.createdAt} />
        </span>
      </p>
      <Sponsors proposal={proposal} />
    </>
  );
}

function Sponsors({ proposal: { sponsors, sponsorship } }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const { list } = useFormat();
  if (!sponsorship && sponsors?.nodes.length === 0) return null;
  return (
    <div className="sponsors meta">
      {sponsorship && (
        <p>
          {t('proposal.sponsored', { have: sponsorship.have, count: sponsorship.needed })}{' '}
          {sponsorship.missingChambers.length > 0 &&
            t('proposal.missingChambers', { chambers: list(sponsorship.missingChambers.map((one) => t(`chamber.${one}`))) })}
        </p>
      )}
      <p className="line-meta">
        {sponsors?.nodes.map(({ party, version, current }) => (
          <span key={party.id}>
            <Party party={party} /> {!current && t('proposal.sponsorsOld', { number: version })}
          </span>
        ))}
      </p>
    </div>
  );
}

function Related({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  return (
    <>
      {proposal.practices.map((practice) => (
        <p key={practice.id} className="noted">
          {t('practice.about')} <Link href={`/practices/${practice.id}`}>{practice.title}</Link> <Party party={practice.firm} />
        </p>
      ))}
      {proposal.firm && (
        <p className="noted">
          {t('proposal.binds')} <Party party={proposal.firm} />{' '}
          {proposal.acceptedVersion === proposal.version ? t('proposal.accepted') : t('proposal.notAccepted')}
        </p>
      )}
      {proposal.supersedes && (
        <p className="noted">
          {t('proposal.supersedes')} <Link href={`/proposals/${proposal.supersedes.id}`}>{proposal.supersedes.title}</Link>
        </p>
      )}
      {proposal.supersededBy && (
        <p className="noted">
          {t('proposal.supersededBy')} <Link href={`/proposals/${proposal.supersededBy.id}`}>{proposal.supersededBy.title}</Link>
        </p>
      )}
    </>
  );
}

// What a ballot has made of it, or that one goes on.
function Decided({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const ballot = proposal.ballots?.nodes[0];
  if (!ballot) return null;
  const { id } = proposal;
  return (
    <section className="decided">
      {ballot.state === 'OPEN' && (
        <p>
          <b>{t('ballot.isOpen', { date: date(ballot.closesAt) })}</b> <Link href={`/proposals/${id}/ballot`}>{t('ballot.go')}</Link>
        </p>
      )}
      {ballot.state === 'COUNTED' && ballot.result && (
        <p>
          <b>{t(`ballot.outcome.${ballot.result.outcome}`)}</b> <Link href={`/proposals/${id}/result`}>{t('ballot.seeResult')}</Link>
        </p>
      )}
      {ballot.state === 'VOID' && <p>{t('ballot.wasVoid')}</p>}
      {proposal.guideline && (
        <p>
          <Link href={`/guidelines/${proposal.guideline.id}`}>{t('proposal.becameGuideline')}</Link>
        </p>
      )}
      {proposal.commitment && (
        <p>
          <Link href={`/commitments/${proposal.commitment.id}`}>{t('proposal.becameCommitment')}</Link>
        </p>
      )}
    </section>
  );
}
