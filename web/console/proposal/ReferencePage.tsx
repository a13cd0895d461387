import { useQuery } from 'urql';
import { Redirect } from 'wouter';

import { Bones, Failure, Missing } from '#parts/States';

import { ReferenceQuery } from './documents';

// Leads from a number that can be read aloud, such as 2026/14-P3, to the page of what has it.
export default function ReferencePage({ '*': reference = '' }: { '*'?: string }) {
  const [{ data, fetching, error }, again] = useQuery({ query: ReferenceQuery, variables: { reference } });
  if (data?.proposal) return <Redirect to={`/proposals/${data.proposal.id}`} replace />;
  if (data?.dialogue) return <Redirect to={`/dialogues/${data.dialogue.id}`} replace />;
  if (fetching) return <Bones hasTitle />;
  if (error?.networkError) return <Failure error={error} again={() => again({ requestPolicy: 'network-only' })} />;
  return <Missing />;
}
