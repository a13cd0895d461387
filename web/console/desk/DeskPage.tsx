import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import type { Chamber } from '#app/fragments';
import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { News, Waiting } from '#member/Waiting';
import { Clock } from '#parts/Clock';
import { Page, Section } from '#parts/Layout';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Answer, Bones, Empty } from '#parts/States';
import { Tag } from '#parts/Tag';
import { When } from '#parts/When';
import { useFormat } from '#text/format';

import { ConvenorDeskQuery, DeskQuery, FirmDeskQuery, OpenDeskQuery } from './documents';

// The desk: what waits for me, by whom I act for. Each line is one act long.
export default function DeskPage() {
  const { t } = useTranslation();
  const { viewer } = useSession();
  usePage(t('desk.title'));
  const party = viewer?.party;
  const isConvenor = viewer?.roles.includes('FACILITATOR');
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('desk.title')}</h1>
          {party && (
            <p className="byline">
              <Party party={party} />
            </p>
          )}
        </>
      }
    >
      {viewer === null && <Refusal refused={{ code: 'SIGN_IN' }} what={t('desk.cannot')} />}
      {viewer === undefined && <Bones lines={8} />}
      {viewer && !party && viewer.roles.length === 0 && <Refusal refused={{ code: 'PARTY' }} what={t('desk.cannot')} />}
      {viewer && party?.kind === 'CUSTOMER' && <Fates />}
      {viewer && <Mine />}
      {viewer && party && isConvenor && <Convenor party={party.id} />}
      {party?.kind === 'FIRM' && <Firm party={party.id} />}
      {party?.kind === 'CUSTOMER' && <Open />}
    </Page>
  );
}

type Desk = ResultOf<typeof DeskQuery>;

function useDesk() {
  const [result, ask] = useQuery({ query: DeskQuery, requestPolicy: 'cache-and-network' });
  return { result, again: () => ask({ requestPolicy: 'network-only' }) };
}

function Mine() {
  const { t } = useTranslation();
  const { result, again } = useDesk();
  return (
    <Answer result={result} again={again} bones={<Bones lines={6} />}>
      {({ viewer, assignments }) => {
        const given = (assignments?.nodes ?? []).filter(({ assignee }) => assignee && assignee.id === viewer?.member?.id);
        const tasks = viewer?.waitingForMe ?? [];
        return (
          <>
            <Assigned assignments={given} />
            <Waiting tasks={tasks} />
            {tasks.length + given.length === 0 && (
              <Section title={t('desk.waiting')}>
                <Empty>{t('desk.nothing')}</Empty>
              </Section>
            )}
            <News dialogues={viewer?.unreadDialogues?.nodes ?? []} />
            {can(viewer?.viewerCan, 'DIALOGUE_CONVENE')?.allowed && (
              <p className="more">
                <Link href="/convene">{t('convene.title')}</Link>
              </p>
            )}
          </>
        );
      }}
    </Answer>
  );
}

// What a colleague has given me, before what anybody of us could do.
function Assigned({ assignments }: { assignments: NonNullable<Desk['assignments']>['nodes'] }) {
  const { t } = useTranslation();
  if (assignments.length === 0) return null;
  return (
    <Section title={t('desk.assigned', { count: assignments.length })}>
      <ul className="lines text-block">
        {[...assignments]
          .sort((a, b) => a.dueAt.localeCompare(b.dueAt))
          .map(({ id, subject, dueAt, state, reason }) => (
            <li key={id}>
              {subject?.__typename === 'OfficialResponse' && subject.proposal ? (
                <Link href={`/proposals/${subject.proposal.id}#${subject.id}`}>{t('desk.respondTo', { title: subject.proposal.title })}</Link>
              ) : (
                t('desk.assess', { title: (subject && 'practice' in subject && subject.practice?.title) || t('me.untitled') })
              )}{' '}
              <span className="meta">
                <Clock due={dueAt} /> {state === 'RETURNED' && reason && t('proposal.because', { reason })}
              </span>
            </li>
          ))}
      </ul>
    </Section>
  );
}

// What became of what a customer said stands first on their desk.
function Fates() {
  const { t } = useTranslation();
  const { result, again } = useDesk();
  return (
    <Answer result={result} again={again} bones={<Bones lines={4} />}>
      {({ viewer }) => {
        const said = viewer?.comments?.nodes ?? [];
        return (
          <Section title={t('desk.became')}>
            {said.length === 0 && <Empty>{t('me.nothingSaid')}</Empty>}
            <ul className="lines text-block">
              {said.map(
                (one) =>
                  one && (
                    <li key={one.id}>
                      <Link href={`/comments/${one.id}`}>{short(one.body ?? t('comment.gone'))}</Link>{' '}
                      <span className="meta">
                        {one.disposition ? (
                          <>
                            <b>{t(`fate.${one.disposition.outcome}`)}</b> <When at={one.disposition.at} />
                          </>
                        ) : one.state === 'HIDDEN' ? (
                          t('moderation.state.HIDDEN')
                        ) : (
                          t('me.standing')
                        )}
                      </span>
                    </li>
                  ),
              )}
            </ul>
            <p className="more">
              <Link href="/me">{t('bar.mine')}</Link>
            </p>
          </Section>
        );
      }}
    </Answer>
  );
}

const short = (text: string) => (text.length > 90 ? `${text.slice(0, 89).trimEnd()}…` : text);

function Open() {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: OpenDeskQuery, requestPolicy: 'cache-and-network' });
  return (
    <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })} bones={<Bones lines={4} />}>
      {({ dialogues }) => (
        <Section title={t('desk.open')}>
          {dialogues?.nodes.length === 0 && <Empty>{t('front.noneOpen')}</Empty>}
          <ul className="lines text-block">
            {dialogues?.nodes.map(({ id, title, languages, phase }) => (
              <li key={id}>
                <Link href={phase?.mayVote ? `/statements/${id}` : `/dialogues/${id}`} lang={languages[0]}>
                  {title}
                </Link>{' '}
                <span className="meta">
                  {phase && t(`phase.${phase.kind}`)} {phase?.closesAt && <Clock due={phase.closesAt} />}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Answer>
  );
}

const chambers: readonly Chamber[] = ['FIRM', 'CUSTOMER', 'REGULATOR', 'NGO', 'ACADEMIC_INSTITUTION'];

// What a facilitator has open: comments to answer, objections, reports and appeals, and the dialogues with the phase that ends first.
function Convenor({ party }: { party: string }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: ConvenorDeskQuery, variables: { party }, requestPolicy: 'cache-and-network' });
  return (
    <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })} bones={<Bones lines={6} />}>
      {({ moderationQueue, appeals, dialogues }) => {
        const reported = moderationQueue?.totalCount ?? 0;
        const toDecide = (appeals?.nodes ?? []).filter(({ viewerCan }) => can(viewerCan, 'HIDING_DECIDE')?.allowed).length;
        return (
          <>
            {reported + toDecide > 0 && (
              <Section title={t('moderation.title')}>
                <ul className="lines text-block">
                  {reported > 0 && (
                    <li>
                      <Link href="/moderation">{t('moderation.queue', { count: reported })}</Link>
                    </li>
                  )}
                  {toDecide > 0 && (
                    <li>
                      <Link href="/moderation">{t('moderation.appeals', { count: toDecide })}</Link>
                    </li>
                  )}
                </ul>
              </Section>
            )}
            <Section title={t('desk.convened')}>
              {dialogues?.nodes.length === 0 && <Empty>{t('desk.noneConvened')}</Empty>}
              <ul className="entries">
                {dialogues?.nodes.map((one) => (
                  <Convened key={one.id} dialogue={one} />
                ))}
              </ul>
            </Section>
          </>
        );
      }}
    </Answer>
  );
}

type Convening = NonNullable<ResultOf<typeof ConvenorDeskQuery>['dialogues']>['nodes'][number];

function Convened({ dialogue }: { dialogue: Convening }) {
  const { t } = useTranslation();
  const { list } = useFormat();
  const { id, phase, responseRate, syntheses } = dialogue;
  const owed = responseRate.total - responseRate.answered;
  const present = (syntheses?.nodes ?? []).filter(({ state }) => state === 'PUBLISHED');
  const objections = present.flatMap(({ objections: made }) => made?.nodes ?? []).filter(({ answer }) => !answer).length;
  const [latest] = present;
  const silent = latest ? chambers.filter((one) => !latest.coverage.byChamber.some(({ chamber, total }) => chamber === one && total > 0)) : [];
  return (
    <li className="entry">
      <h3 lang={dialogue.languages[0]}>
        <Link href={`/dialogues/${id}`}>{dialogue.title}</Link>
      </h3>
      <p className="entry-meta">
        <Tag isFilled={dialogue.state === 'OPEN'}>{t(`dialogue.state.${dialogue.state}`)}</Tag>
        {phase && <span>{t(`phase.${phase.kind}`)}</span>}
        {phase?.closesAt && <Clock due={phase.closesAt} />}
      </p>
      {owed > 0 && (
        <p>
          <Link href={`/dialogues/${id}/answers`}>{t('can.COMMENT_DISPOSE', { count: owed })}</Link>
        </p>
      )}
      {objections > 0 && (
        <p>
          <Link href={`/dialogues/${id}#heard`}>{t('desk.objections', { count: objections })}</Link>
        </p>
      )}
      {silent.length > 0 && <p className="meta">{t('desk.silent', { chambers: list(silent.map((one) => t(`chambers.${one}`))) })}</p>}
    </li>
  );
}

// What a firm has promised, by date, and what was said about its practices.
function Firm({ party }: { party: string }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: FirmDeskQuery, variables: { party }, requestPolicy: 'cache-and-network' });
  return (
    <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })} bones={<Bones lines={6} />}>
      {({ practices, commitments }) => {
        const due = (commitments?.nodes ?? [])
          .flatMap(({ id, text, milestones }) =>
            (milestones?.nodes ?? []).filter(({ state }) => state === 'PLANNED').map((one) => ({ ...one, commitment: id, text })),
          )
          .sort((a, b) => a.dueAt.localeCompare(b.dueAt));
        const said = (practices?.nodes ?? []).filter(({ comments }) => (comments?.totalCount ?? 0) > 0);
        return (
          <>
            <Section title={t('desk.promised')}>
              {due.length === 0 && <Empty>{t('desk.nothingPromised')}</Empty>}
              <ul className="lines text-block">
                {due.map((one) => (
                  <li key={one.id}>
                    <Link href={`/commitments/${one.commitment}`}>{one.title}</Link>{' '}
                    <span className="meta">
                      <Clock due={one.dueAt} isOver={one.late} /> {one.text?.title}
                    </span>
                  </li>
                ))}
              </ul>
            </Section>
            <Section title={t('desk.saidAbout')}>
              {said.length === 0 && <Empty>{t('desk.nothingSaid')}</Empty>}
              <ul className="entries">
                {said.map(({ id, title, comments }) => (
                  <li key={id} className="entry">
                    <h3>
                      <Link href={`/practices/${id}`}>{title}</Link>
                    </h3>
                    {comments?.nodes.map(
                      (one) =>
                        one && (
                          <p key={one.id} className="line-meta">
                            <Party party={one.author} isPlain />
                            <Link href={`/comments/${one.id}`} lang={one.language}>
                              {short(one.body ?? t('comment.gone'))}
                            </Link>
                            <When at={one.createdAt} />
                          </p>
                        ),
                    )}
                  </li>
                ))}
              </ul>
            </Section>
          </>
        );
      }}
    </Answer>
  );
}
