import { useTranslation } from 'react-i18next';

import { Entry } from '#parts/Layout';
import { Party } from '#parts/Party';
import { useFormat } from '#text/format';

import type { DialogueEntry as Dialogue } from './fragments';

// A dialogue in a list: its question, who asks it, and where it stands.
export function DialogueEntry({ dialogue }: { dialogue: Dialogue }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const { phase, state, closedAt } = dialogue;
  const isClosed = state === 'CLOSED';
  return (
    <Entry
      title={dialogue.title}
      to={`/dialogues/${dialogue.id}`}
      lang={dialogue.languages[0]}
      text={isClosed ? (dialogue.outcome ?? dialogue.brief) : dialogue.brief}
    >
      <Party party={dialogue.convenor} />
      {isClosed && closedAt && <span>{t('dialogue.closedOn', { date: date(closedAt) })}</span>}
      {!isClosed && phase && (
        <span>
          {phase.closesAt ? t('phase.nowUntil', { phase: t(`phase.${phase.kind}`), date: date(phase.closesAt) }) : t(`phase.${phase.kind}`)}
        </span>
      )}
      <span>{t('proposal.count', { count: dialogue.proposals?.totalCount ?? 0 })}</span>
      <span>{t('comment.count', { count: dialogue.comments?.totalCount ?? 0 })}</span>
    </Entry>
  );
}
