import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { Clock } from '#parts/Clock';
import { Section } from '#parts/Layout';
import { When } from '#parts/When';

import type { News as NewIn, Task } from './fragments';

// What waits for the viewer: what is due first, then what waits longest.
export function Waiting({ tasks }: { tasks: readonly Task[] }) {
  const { t } = useTranslation();
  if (tasks.length === 0) return null;
  const sorted = [...tasks].sort((a, b) => (dueOf(a.subject) ?? '9').localeCompare(dueOf(b.subject) ?? '9'));
  return (
    <Section title={t('me.waiting', { count: tasks.length })}>
      <ul className="lines text-block">
        {sorted.map(({ subject, actions, since }, index) => {
          const to = placeOf(subject);
          const title = titleOf(subject) ?? t(`task.on.${subject.__typename}` as 'task.on.Hiding', { defaultValue: t('me.untitled') });
          const due = dueOf(subject);
          return (
            <li key={index}>
              {actions.map((action) => t(`task.${action}` as 'task.PROPOSAL_OPEN', { defaultValue: t('task.other') })).join(' · ')} <br />
              {to ? <Link href={to}>{title}</Link> : title} <span className="meta">{due ? <Clock due={due} /> : <When at={since} />}</span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

// What is new in dialogues since I was last there.
export function News({ dialogues }: { dialogues: readonly NewIn[] }) {
  const { t } = useTranslation();
  if (dialogues.length === 0) return null;
  return (
    <Section title={t('me.news')}>
      <ul className="lines text-block">
        {dialogues.map(({ id, title, languages, unread }) => (
          <li key={id}>
            <Link href={`/dialogues/${id}`} lang={languages[0]}>
              {title}
            </Link>{' '}
            <span className="meta">
              {[
                unread?.comments && t('comment.count', { count: unread.comments }),
                unread?.proposals && t('proposal.count', { count: unread.proposals }),
                unread?.outcomes && t('me.newOutcome'),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

type Subject = Task['subject'];

function placeOf(subject: Subject): string | null {
  switch (subject.__typename) {
    case 'Proposal':
      return `/proposals/${subject.id}`;
    case 'Dialogue':
      return `/dialogues/${subject.id}`;
    case 'OfficialResponse':
      return subject.proposal && `/proposals/${subject.proposal.id}#${subject.id}`;
    case 'Ballot':
      return `/proposals/${subject.balloted.id}/ballot`;
    case 'Comment':
      return `/comments/${subject.id}`;
    case 'Hiding':
      return '/moderation';
    case 'Synthesis':
      return subject.heardIn && `/dialogues/${subject.heardIn.id}#heard`;
    case 'Commitment':
      return `/commitments/${subject.id}`;
    case 'Milestone':
      return subject.commitment && `/commitments/${subject.commitment.id}`;
    default:
      return null;
  }
}

function titleOf(subject: Subject): string | null {
  if ('title' in subject) return subject.title;
  if ('balloted' in subject) return subject.balloted.title;
  if ('heardIn' in subject) return subject.heardIn?.title ?? null;
  if ('text' in subject) return subject.text?.title ?? null;
  return 'proposal' in subject ? (subject.proposal?.title ?? null) : null;
}

const dueOf = (subject: Subject): string | null =>
  'dueAt' in subject ? subject.dueAt : 'closesAt' in subject ? subject.closesAt : 'decideBy' in subject ? subject.decideBy : null;
