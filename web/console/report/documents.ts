import { FailureParts } from '#app/fragments';
import { graphql } from '#app/graphql';

const ReportParts = graphql(`
  fragment MadeReport on Report {
    id
    type
    audience
    title
    scope
    state
    hash
    createdAt
    signature
    progress {
      stage
      done
      total
    }
    asOf {
      seq
      time
    }
    files {
      format
      bytes
      sha256
      url
    }
  }
`);

export const ReportsQuery = graphql(
  `
    query ReportsOf($type: [ReportType!]) {
      head
      actLog {
        keys
      }
      viewer {
        roles
        viewerCan(actions: [REPORT_REQUEST]) {
          allowed
          code
        }
      }
      reports(first: 100, filter: { type: $type }) {
        nodes {
          ...MadeReport
        }
      }
    }
  `,
  [ReportParts],
);

export const RequestReport = graphql(
  `
    mutation RequestReport($input: RequestReportInput!) {
      requestReport(input: $input) {
        report {
          ...MadeReport
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [ReportParts, FailureParts],
);

export const ReportQuery = graphql(
  `
    query Report($id: ID!) {
      report(id: $id) {
        ...MadeReport
      }
    }
  `,
  [ReportParts],
);

export const ReportUpdated = graphql(
  `
    subscription ReportUpdated($id: ID!, $after: String) {
      reportUpdated(id: $id, after: $after) {
        cursor
        report {
          ...MadeReport
        }
      }
    }
  `,
  [ReportParts],
);
