import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import type { VariablesOf } from '#app/graphql';
import { Pages } from '#parts/Pages';
import { Answer, Bones, Empty } from '#parts/States';

import { AssessmentEntry } from './AssessmentEntry';
import { AssessmentsQuery } from './documents';

interface Props {
  filter: VariablesOf<typeof AssessmentsQuery>['filter'];
  none: string;
  isOwn?: boolean;
}

// Assessments lists those that fit, for the page of a practice, of a party, and of all.
export function Assessments({ filter, none, isOwn = false }: Props) {
  return (
    <Pages key={JSON.stringify(filter)}>
      {(after, further) => <List filter={filter} after={after} further={further} none={none} isOwn={isOwn} />}
    </Pages>
  );
}

type Further = Parameters<Parameters<typeof Pages>[0]['children']>[1];

function List({ filter, after, further, none, isOwn }: Props & { after: string | null; further: Further }) {
  const { i18n } = useTranslation();
  const [result, again] = useQuery({
    query: AssessmentsQuery,
    variables: { filter, after, language: i18n.resolvedLanguage },
    requestPolicy: 'cache-and-network',
  });
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={4} />}>
      {({ impactAssessments: page }) => (
        <>
          {page?.nodes.length === 0 && <Empty>{none}</Empty>}
          <ul className="entries">
            {page?.nodes.map((one) => (
              <AssessmentEntry key={one.id} assessment={one} isOwn={isOwn} />
            ))}
          </ul>
          {further(page?.pageInfo)}
        </>
      )}
    </Answer>
  );
}
