// A list that is read to its end, a page after another.
import type { AnyVariables, CombinedError, OperationResult, TypedDocumentNode } from '@urql/core';
import { useEffect, useState } from 'react';
import { useClient } from 'urql';

interface Page<Entry> {
  nodes: readonly Entry[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface Read<Entry> {
  entries: readonly Entry[];
  isWhole: boolean;
  error?: CombinedError | undefined;
}

const nothing = { entries: [], isWhole: false };

// useAll reads every page of a list, and shows what it has meanwhile. Where a page fails, error says so, and again begins anew.
export function useAll<Data, Variables extends AnyVariables, Entry>(
  query: TypedDocumentNode<Data, Variables>,
  variables: (after: string | null) => Variables,
  read: (data: Data) => Page<Entry> | null | undefined,
  isPaused = false,
): Read<Entry> & { again: () => void } {
  const client = useClient();
  const [state, setState] = useState<Read<Entry>>(nothing);
  const [round, setRound] = useState(0);
  const key = JSON.stringify(variables(null));
  useEffect(() => {
    if (isPaused) return;
    let isCurrent = true;
    const run = async () => {
      let entries: readonly Entry[] = [];
      let after: string | null = null;
      do {
        const answer: OperationResult<Data, Variables> = await client
          .query(query, variables(after), { requestPolicy: 'network-only' })
          .toPromise();
        if (!isCurrent) return;
        const page: Page<Entry> | null | undefined = answer.data && read(answer.data);
        if (!page) return setState({ entries, isWhole: !answer.error, error: answer.error });
        entries = [...entries, ...page.nodes];
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
        setState({ entries, isWhole: after === null });
      } while (after);
    };
    void run();
    return () => {
      isCurrent = false;
    };
  }, [client, query, key, isPaused, round]);
  return { ...state, again: () => setRound(round + 1) };
}
