import { useTranslation } from 'react-i18next';

import { Entry } from '#parts/Layout';
import { Party } from '#parts/Party';
import { Tag } from '#parts/Tag';

import type { ProposalEntry as Proposal } from './fragments';

export const isGoingOn = (state: Proposal['state']) => state === 'OPEN' || state === 'BALLOT' || state === 'IN_IMPLEMENTATION';

export function ProposalEntry({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  return (
    <Entry title={proposal.title} to={`/proposals/${proposal.id}`} lang={proposal.language} text={proposal.summary}>
      <Party party={proposal.author} />
      <Tag>{t(`proposal.kind.${proposal.kind}`)}</Tag>
      <Tag isFilled={isGoingOn(proposal.state)}>{t(`proposal.state.${proposal.state}`)}</Tag>
      <span>{t('comment.count', { count: proposal.comments?.totalCount ?? 0 })}</span>
    </Entry>
  );
}
