import { PartyParts } from '#app/fragments';
import { graphql, type FragmentOf } from '#app/graphql';

export const AssessmentEntryParts = graphql(
  `
    fragment AssessmentEntry on ImpactAssessment {
      id
      reference
      title
      state
      version
      publishedAt
      nextReviewDueAt
      firm {
        ...Party
      }
      score {
        level
      }
      template {
        id
        title(language: $language) {
          text
          language
        }
      }
    }
  `,
  [PartyParts],
);

export type AssessmentEntry = FragmentOf<typeof AssessmentEntryParts>;
