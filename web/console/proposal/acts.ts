// What can be done to a proposal by one press.
import { useState } from 'react';
import { useMutation } from 'urql';

import type { Failed } from '#app/fragments';

import { AcceptCommitment, OpenProposal, SponsorProposal, SubmitProposal, TakeUpProposal } from './documents';

export function useActs({ id, version }: { id: string; version: number }, done: () => void) {
  const [refused, setRefused] = useState<Failed | null>(null);
  const [isLost, setIsLost] = useState(false);
  const [, submit] = useMutation(SubmitProposal);
  const [, takeUp] = useMutation(TakeUpProposal);
  const [, open] = useMutation(OpenProposal);
  const [, sponsor] = useMutation(SponsorProposal);
  const [, accept] = useMutation(AcceptCommitment);

  const run = (act: () => Promise<{ data?: Record<string, { userErrors: readonly Failed[] }> | undefined }>) => () =>
    void act().then(({ data }) => {
      const [fault] = Object.values(data ?? {}).flatMap(({ userErrors }) => userErrors);
      setIsLost(!data);
      setRefused(fault ?? null);
      if (data && !fault) done();
    });

  return {
    refused,
    isLost,
    acts: {
      PROPOSAL_SUBMIT: run(() => submit({ input: { id } })),
      PROPOSAL_TAKE_UP: run(() => takeUp({ input: { id } })),
      PROPOSAL_OPEN: run(() => open({ input: { id } })),
      PROPOSAL_SPONSOR: run(() => sponsor({ input: { id, version } })),
      PROPOSAL_ACCEPT_COMMITMENT: run(() => accept({ input: { id, version } })),
    },
  };
}
