import { useId, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation } from 'urql';

import type { Failed } from '#app/fragments';
import { Button } from '#parts/Button';
import { Field } from '#parts/Field';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';

import { AppealHiding, ReportComment, WithdrawComment } from './documents';
import type { Comment } from './fragments';

type Answered = { userErrors: readonly Failed[] } | undefined;

// CommentMore holds what is seldom done with a comment: to report it, or to withdraw one's own.
export function CommentMore({ comment }: { comment: Comment }) {
  const { t } = useTranslation();
  const mayReport = can(comment.viewerCan, 'COMMENT_REPORT')?.allowed;
  const mayWithdraw = can(comment.viewerCan, 'COMMENT_WITHDRAW')?.allowed;
  const [, report] = useMutation(ReportComment);
  if (comment.state !== 'VISIBLE' || !(mayReport || mayWithdraw)) return null;
  return (
    <details className="comment-more">
      <summary>{t('comment.more')}</summary>
      {mayWithdraw && <Withdraw id={comment.id} />}
      {mayReport && (
        <Why
          label={t('comment.reportWhy')}
          hint={t('comment.reportHint')}
          send={t('comment.reportSend')}
          done={t('comment.reported')}
          failed={t('comment.notReported')}
          act={async (reason) => (await report({ input: { id: comment.id, reason } })).data?.reportComment}
        />
      )}
    </details>
  );
}

// Appeal is against the hiding of one's own words.
export function Appeal({ hiding }: { hiding: string }) {
  const { t } = useTranslation();
  const [, appeal] = useMutation(AppealHiding);
  return (
    <Why
      label={t('comment.appealWhy')}
      hint={t('comment.appealHint')}
      send={t('comment.appealSend')}
      done=""
      failed={t('comment.notAppealed')}
      act={async (text) => (await appeal({ input: { id: hiding, text } })).data?.appealHiding}
    />
  );
}

function Withdraw({ id }: { id: string }) {
  const { t } = useTranslation();
  const [{ fetching, data, error }, withdraw] = useMutation(WithdrawComment);
  const fault = data?.withdrawComment.userErrors[0];
  return (
    <div className="comment-why">
      <p className="field-hint">{t('comment.withdrawHint')}</p>
      <p>
        <Button look="quiet" isBusy={fetching} onClick={() => void withdraw({ input: { id } })}>
          {t('comment.withdraw')}
        </Button>
      </p>
      <div role="status">
        {fault && <Refusal refused={fault} what={t('comment.notWithdrawn')} />}
        {error && <p className="alarm">{t('can.lost')}</p>}
      </div>
    </div>
  );
}

interface WhyProps {
  label: string;
  hint: string;
  send: string;
  done: string;
  failed: string;
  act: (reason: string) => Promise<Answered>;
}

// Why asks for a reason, and does something with it.
function Why({ label, hint, send, done, failed, act }: WhyProps) {
  const { t } = useTranslation();
  const id = useId();
  const [reason, setReason] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [state, setState] = useState<'done' | 'lost' | Failed | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!reason.trim()) return setState({ code: 'REQUIRED', field: null, values: null });
    setIsBusy(true);
    const answer = await act(reason);
    setIsBusy(false);
    setState(answer ? (answer.userErrors[0] ?? 'done') : 'lost');
    if (answer?.userErrors.length === 0) setReason('');
  };
  if (state === 'done')
    return (
      <p role="status" className="meta">
        {done}
      </p>
    );
  return (
    <form className="comment-why" onSubmit={(event) => void submit(event)} noValidate>
      <Field id={id} label={label} hint={hint}>
        {(control) => <textarea {...control} rows={2} value={reason} onChange={({ target }) => setReason(target.value)} />}
      </Field>
      <p>
        <Button look="quiet" type="submit" isBusy={isBusy}>
          {send}
        </Button>
      </p>
      <div role="status">
        {state === 'lost' && <p className="alarm">{t('can.lost')}</p>}
        {state && state !== 'lost' && <Refusal refused={state} what={failed} />}
      </div>
    </form>
  );
}
