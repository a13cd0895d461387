import { PartyParts, PermissionParts } from '#app/fragments';
import { graphql } from '#app/graphql';
import { ThreadParts } from '#comment/fragments';
import { DialogueEntryParts } from '#dialogue/fragments';

import { PracticeEntryParts } from './fragments';

export const PracticesQuery = graphql(
  `
    query Practices($filter: PracticeFilter, $after: String) {
      practices(first: 20, after: $after, filter: $filter) {
        totalCount
        nodes {
          ...PracticeEntry
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [PracticeEntryParts],
);

export const PracticeQuery = graphql(
  `
    query Practice($id: ID!, $order: CommentOrder) {
      head
      practice(id: $id) {
        ...PracticeEntry
        dataCategories
        affectedGroups
        contentHash
        updatedAt
        versions(first: 10) {
          nodes {
            id
            number
            reason
            createdAt
            editor {
              ...Party
            }
          }
        }
        assessmentStatus {
          lastLevel
          since
          current {
            id
            state
          }
        }
        dialogues(first: 10) {
          nodes {
            ...DialogueEntry
          }
        }
        commitments(first: 10) {
          nodes {
            id
            status
            late
            text {
              title
              language
            }
          }
        }
        thread: comments(first: 20, order: $order) {
          ...Thread
        }
        viewerCan(actions: [COMMENT_POST, PRACTICE_REVISE, PRACTICE_ACTIVATE, PRACTICE_PAUSE, ASSESSMENT_DRAFT]) {
          ...Can
        }
      }
    }
  `,
  [PracticeEntryParts, PartyParts, DialogueEntryParts, ThreadParts, PermissionParts],
);

export const PracticeThreadQuery = graphql(
  `
    query PracticeThread($id: ID!, $order: CommentOrder, $after: String) {
      practice(id: $id) {
        id
        thread: comments(first: 20, order: $order, after: $after) {
          ...Thread
        }
      }
    }
  `,
  [ThreadParts],
);
