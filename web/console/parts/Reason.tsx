import { useId, useState, type FormEvent, type ReactNode } from 'react';

import { useDraft } from '#app/draft';
import type { Failed } from '#app/fragments';
import { useSession } from '#app/session';

import { Button } from './Button';
import { Field } from './Field';
import { Sent, useSend } from './send';

type Answered = { data?: Record<string, { userErrors: readonly Failed[] }> | undefined };

interface Props {
  keep: string; // by which the draft is kept
  label: string;
  hint?: string;
  send: string;
  done?: string;
  failed: string;
  rows?: number;
  more?: ReactNode;
  preview?: (reason: string) => ReactNode; // what others will see
  act: (reason: string) => Promise<Answered>;
  onDone?: () => void;
}

// Reason asks for a reason, and does something with it.
export function Reason({ keep, label, hint, send, done, failed, rows = 2, more, preview, act, onDone }: Props) {
  const id = useId();
  const { viewer } = useSession();
  const [reason, setReason] = useDraft(keep, viewer?.party?.id ?? null);
  const [isDone, setIsDone] = useState(false);
  const sending = useSend();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsDone(false);
    if (sending.lack({ reason })) return;
    if (!(await sending.send(() => act(reason)))) return;
    setReason('');
    setIsDone(true);
    onDone?.();
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
      {more}
      <Field id={id} label={label} hint={hint}>
        {(control) => <textarea {...control} rows={rows} value={reason} onChange={({ target }) => setReason(target.value)} />}
      </Field>
      {preview?.(reason.trim())}
      <p>
        <Button look="quiet" type="submit" isBusy={sending.isBusy}>
          {send}
        </Button>
      </p>
      <Sent faults={sending.faults} isLost={sending.isLost} what={failed} done={isDone && done} />
    </form>
  );
}
