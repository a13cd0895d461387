import { FailureParts, PartyParts, PermissionParts } from '#app/fragments';
import { graphql } from '#app/graphql';

export const BallotQuery = graphql(
  `
    query BallotOf($id: ID!) {
      proposal(id: $id) {
        id
        title
        language
        ballots(first: 5) {
          nodes {
            id
            version
            contentHash
            secrecy
            state
            stateReason
            closesAt
            seats
            withoutSeat
            rollRoot
            ruleHash
            rule {
              id
              title
              reference
              source
              document
              hash
            }
            turnout {
              leaf
              eligible
              cast
            }
            viewerSeat {
              leaf
              weight
              revision
              choice
              reason
              recused
              castBy {
                ...Party
              }
              holder {
                ...Party
              }
              notices
            }
            viewerCan(actions: [BALLOT_CAST, BALLOT_RECUSE, BALLOT_OBJECT]) {
              ...Can
            }
          }
        }
      }
    }
  `,
  [PartyParts, PermissionParts],
);

export const CastBallot = graphql(
  `
    mutation CastBallot($ballot: ID!, $choice: String!, $reason: String, $nonce: String, $revision: Int!) {
      castBallot(input: { id: $ballot, choice: $choice, reason: $reason, nonce: $nonce, expectedRevision: $revision }) {
        receipt
        ballot {
          id
          viewerSeat {
            leaf
            weight
            revision
            choice
            reason
            recused
            notices
          }
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const ResultQuery = graphql(
  `
    query ResultOf($id: ID!) {
      actLog {
        origin
        keys
      }
      proposal(id: $id) {
        id
        title
        language
        ballots(first: 5) {
          nodes {
            id
            version
            state
            stateReason
            secrecy
            closesAt
            countedAt
            seats
            withoutSeat
            resultUrl
            answer
            answerDueAt
            answeredAt
            rule {
              id
              title
              reference
              source
              document
              hash
            }
            result {
              outcome
              quorum {
                key
                group
                left
                base
                bound
                holds
                cause
              }
              tests {
                key
                group
                left
                base
                bound
                holds
                cause
              }
              objections {
                key
                group
                left
                base
                bound
                holds
                cause
              }
              groups {
                key
                eligible
                cast
                counted
                destroyed
                silent
                choices {
                  choice
                  papers
                  weight
                }
              }
              unopened {
                leaf
                papers
                lacking
              }
            }
            roll(first: 100) {
              totalCount
              nodes {
                party {
                  ...Party
                }
                leaf
                recusal
                cast
                proxy {
                  ...Party
                }
              }
            }
            papers(first: 100) {
              totalCount
              nodes {
                party {
                  ...Party
                }
                tracker
                leaf
                choice
                reason
              }
            }
          }
        }
      }
    }
  `,
  [PartyParts],
);
