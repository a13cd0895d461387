import { useTranslation } from 'react-i18next';

import { Entry } from '#parts/Layout';
import { Party } from '#parts/Party';
import { Tag } from '#parts/Tag';
import { useFormat } from '#text/format';

import type { AssessmentEntry as Assessment } from './fragments';

export function AssessmentEntry({ assessment, isOwn }: { assessment: Assessment; isOwn?: boolean }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const { id, title, reference, state, score, firm, template, publishedAt } = assessment;
  return (
    <Entry title={title} to={`/assessments/${id}`}>
      {!isOwn && <Party party={firm} />}
      <Tag isFilled={state === 'PUBLISHED'}>{t(`assessment.tag.${state}`)}</Tag>
      {score.level && <span>{t('assessment.level', { level: score.level })}</span>}
      {reference && <span>{reference}</span>}
      <span lang={template.title.language}>{template.title.text}</span>
      {publishedAt && <span>{t('assessment.publishedOn', { date: date(publishedAt) })}</span>}
    </Entry>
  );
}
