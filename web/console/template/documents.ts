import { FailureParts, PartyParts, PermissionParts } from '#app/fragments';
import { graphql } from '#app/graphql';

export const TemplatesQuery = graphql(`
  query Templates($filter: AssessmentTemplateFilter, $language: String, $after: String) {
    assessmentTemplates(first: 20, after: $after, filter: $filter) {
      nodes {
        id
        reference
        state
        jurisdiction
        languages
        title(language: $language) {
          text
          language
        }
        description(language: $language) {
          text
          language
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const TemplateQuery = graphql(
  `
    query Template($id: ID!, $language: String) {
      assessmentTemplate(id: $id) {
        id
        key
        version
        reference
        state
        jurisdiction
        languages
        source
        licence
        document
        contentHash
        activatedAt
        retiredAt
        revision
        title(language: $language) {
          text
          language
        }
        description(language: $language) {
          text
          language
        }
        rule {
          mitigationSharePercent
          deductionPercent
          cutPercents
        }
        obligations(language: $language) {
          level
          key
          text {
            text
            language
          }
        }
        signOffsNeeded {
          level
          capacities
          count
        }
        importedBy {
          ...Party
        }
        viewerCan {
          ...Can
        }
      }
    }
  `,
  [PartyParts, PermissionParts],
);

export const Activate = graphql(
  `
    mutation ActivateTemplate($input: ActivateAssessmentTemplateInput!) {
      activateTemplate(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const Retire = graphql(
  `
    mutation RetireTemplate($input: RetireAssessmentTemplateInput!) {
      retireTemplate(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);
