// An act of the viewer's: a mutation, with why it was refused or that it did not arrive.
import type { AnyVariables, TypedDocumentNode } from '@urql/core';
import { useState } from 'react';
import { useMutation } from 'urql';

import type { Failed } from '#app/fragments';

type Outcome = Record<string, { userErrors: readonly Failed[] }>;

// useAct runs a mutation. Run gives what it answered if it was done, and null otherwise.
export function useAct<Data extends Outcome, Variables extends AnyVariables>(document: TypedDocumentNode<Data, Variables>) {
  const [{ fetching }, send] = useMutation(document);
  const [faults, setFaults] = useState<readonly Failed[]>([]);
  const [isLost, setIsLost] = useState(false);
  const run = async (variables: Variables): Promise<Data | null> => {
    const { data } = await send(variables);
    const found = Object.values(data ?? {}).flatMap((one) => (one && typeof one === 'object' ? one.userErrors : []));
    setIsLost(!data);
    setFaults(found);
    return data && found.length === 0 ? data : null;
  };
  return { run, faults, isLost, isBusy: fetching, clear: () => setFaults([]) };
}
