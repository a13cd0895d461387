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
              holdsFor
              notices
            }
            rollObjections {
              party {
                ...Party
              }
              text
              createdAt
            }
            viewerCan(actions: [BALLOT_CAST, BALLOT_APPOINT_PROXY, BALLOT_REVOKE_PROXY, BALLOT_RECUSE, BALLOT_OBJECT]) {
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
    mutation CastBallot($ballot: ID!, $for: ID, $choice: String!, $reason: String, $nonce: String, $revision: Int!) {
      castBallot(input: { id: $ballot, for: $for, choice: $choice, reason: $reason, nonce: $nonce, expectedRevision: $revision }) {
        receipt
        act {
          seatRevision
        }
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

export const OpenBallotQuery = graphql(
  `
    query OpenBallotPage($id: ID!) {
      proposal(id: $id) {
        id
        title
        version
        contentHash
        state
        firm {
          id
        }
        missingToOpenBallot {
          ...Failed
        }
        dialogue {
          id
          phase {
            closesAt
          }
        }
        viewerCan(actions: [BALLOT_OPEN]) {
          ...Can
        }
      }
      decisionRules(first: 50, filter: { state: [CURRENT] }) {
        nodes {
          id
          title
          reference
          source
          document
        }
      }
    }
  `,
  [PermissionParts, FailureParts],
);

export const PreviewRollQuery = graphql(`
  query RollPreview($rule: ID!, $dialogue: ID!, $listed: [ListedLeaf!]) {
    previewRoll(rule: $rule, dialogue: $dialogue, listed: $listed) {
      leaves {
        leaf
        listed
        seats
      }
      seats
      withoutSeat
      refusals
    }
  }
`);

export const FindPartyQuery = graphql(
  `
    query FindParty($text: String) {
      stakeholders(first: 20, filter: { text: $text, status: [ACTIVE] }) {
        nodes {
          ...Party
        }
      }
    }
  `,
  [PartyParts],
);

export const TryQuery = graphql(`
  query TryRule($rule: ID!, $counts: [CountLine!]!) {
    previewResult(rule: $rule, counts: $counts) {
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
    }
  }
`);

export const OpenBallot = graphql(
  `
    mutation OpenBallot($input: OpenBallotInput!, $key: String!) {
      openBallot(input: $input) @idempotent(key: $key) {
        ballot {
          id
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

// Who is on the roll of a ballot, and the viewer's last papers, of which those for other parties count on.
export const RollQuery = graphql(
  `
    query RollOf($id: ID!, $after: String) {
      ballot(id: $id) {
        id
        roll(first: 100, after: $after) {
          totalCount
          nodes {
            party {
              ...Party
            }
            leaf
            recusal
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  `,
  [PartyParts],
);

const standing = graphql(
  `
    fragment Standing on Ballot {
      id
      viewerSeat {
        revision
        choice
        recused
        castBy {
          ...Party
        }
        holder {
          ...Party
        }
        holdsFor
      }
      rollObjections {
        party {
          ...Party
        }
        text
        createdAt
      }
      viewerCan(actions: [BALLOT_CAST, BALLOT_APPOINT_PROXY, BALLOT_REVOKE_PROXY, BALLOT_RECUSE, BALLOT_OBJECT]) {
        ...Can
      }
    }
  `,
  [PartyParts, PermissionParts],
);

export const Recuse = graphql(
  `
    mutation Recuse($input: RecuseFromBallotInput!) {
      recuseFromBallot(input: $input) {
        ballot {
          ...Standing
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [standing, FailureParts],
);

export const AppointProxy = graphql(
  `
    mutation AppointProxy($input: AppointProxyInput!) {
      appointProxy(input: $input) {
        ballot {
          ...Standing
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [standing, FailureParts],
);

export const RevokeProxy = graphql(
  `
    mutation RevokeProxy($input: RevokeProxyInput!) {
      revokeProxy(input: $input) {
        ballot {
          ...Standing
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [standing, FailureParts],
);

export const ObjectToRoll = graphql(
  `
    mutation ObjectToRoll($input: ObjectToRollInput!) {
      objectToRoll(input: $input) {
        ballot {
          ...Standing
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [standing, FailureParts],
);
