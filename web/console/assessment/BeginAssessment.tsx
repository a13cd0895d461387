import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { useLocation } from 'wouter';

import { useAct } from '#parts/act';
import { Asked } from '#parts/Asked';

import { Draft, UsableTemplatesQuery } from './documents';

// BeginAssessment lets a firm begin one under a template that is in use.
export function BeginAssessment({ subject, title }: { subject: string; title: string }) {
  const { t, i18n } = useTranslation();
  const [, go] = useLocation();
  const [result] = useQuery({ query: UsableTemplatesQuery, variables: { language: i18n.resolvedLanguage } });
  const draft = useAct(Draft);
  const key = useRef(crypto.randomUUID());
  return (
    <Asked
      id={`${subject}-assess`}
      summary={t('can.ASSESSMENT_DRAFT')}
      wanted={[
        {
          name: 'template',
          label: t('assessment.template'),
          kind: 'select',
          options: result.data?.assessmentTemplates?.nodes.map((one) => ({ value: one.id, label: one.title.text })) ?? [],
        },
        { name: 'title', label: t('propose.name'), kind: 'line', value: title },
      ]}
      submit={t('assessment.begin')}
      refused={t('can.refused')}
      act={draft}
      run={async ({ template = '', title: named = '' }) => {
        const done = await draft.run({ input: { subject, template, title: named }, key: key.current });
        key.current = crypto.randomUUID();
        const begun = done?.draftAssessment.impactAssessment;
        if (begun) go(`/assessments/${begun.id}`);
        return done;
      }}
    />
  );
}
