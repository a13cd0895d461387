import { useTranslation } from 'react-i18next';

import { Diff } from '#parts/Diff';
import { Section } from '#parts/Layout';
import { Party } from '#parts/Party';
import { Tag } from '#parts/Tag';
import { When } from '#parts/When';

import type { Proposal } from './ProposalPage';

// Amendments: the texts that parties want in the place of this one, word by word.
export function Amendments({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const amendments = proposal.amendments?.nodes ?? [];
  if (amendments.length === 0) return null;
  return (
    <Section title={t('amendment.count', { count: proposal.amendments?.totalCount ?? amendments.length })}>
      {amendments.map((amendment) => (
        <details key={amendment.id} id={amendment.id} className="amendment">
          <summary>
            <Party party={amendment.author} isPlain />{' '}
            <Tag isFilled={amendment.state === 'PROPOSED'}>{t(`amendment.state.${amendment.state}`)}</Tag>{' '}
            <span className="meta">
              <When at={amendment.createdAt} />
            </span>
          </summary>
          {amendment.conflictsWith.length > 0 && (
            <p className="meta">{t('amendment.conflicts', { count: amendment.conflictsWith.length })}</p>
          )}
          {amendment.stateReason && <p className="meta">{t('proposal.because', { reason: amendment.stateReason })}</p>}
          {amendment.hunks ? <Diff hunks={amendment.hunks} lang={proposal.language} /> : <p className="soft">{t('comment.gone')}</p>}
        </details>
      ))}
    </Section>
  );
}
