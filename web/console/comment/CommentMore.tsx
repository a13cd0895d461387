import { useTranslation } from 'react-i18next';
import { useMutation } from 'urql';

import { Button } from '#parts/Button';
import { can } from '#parts/permission';
import { Reason } from '#parts/Reason';
import { Refusal } from '#parts/Refusal';

import { AppealHiding, ReportComment, TranslateComment, WithdrawComment } from './documents';
import type { Comment } from './fragments';
import { isSame } from './Words';

// CommentMore holds what is seldom done with a comment: to report it, or to withdraw one's own.
export function CommentMore({ comment }: { comment: Comment }) {
  const { t, i18n } = useTranslation();
  const reader = i18n.resolvedLanguage ?? 'en';
  const mayTranslate = can(comment.viewerCan, 'COMMENT_TRANSLATE')?.allowed && !isSame(comment.language, reader);
  const [, translate] = useMutation(TranslateComment);
  const mayReport = can(comment.viewerCan, 'COMMENT_REPORT')?.allowed;
  const mayWithdraw = can(comment.viewerCan, 'COMMENT_WITHDRAW')?.allowed;
  const [, report] = useMutation(ReportComment);
  if (comment.state !== 'VISIBLE' || !(mayReport || mayWithdraw || mayTranslate)) return null;
  return (
    <details className="comment-more">
      <summary>{t('comment.more')}</summary>
      {mayWithdraw && <Withdraw id={comment.id} />}
      {mayTranslate && (
        <Reason
          keep={`${comment.id}.translation`}
          label={t('translation.label')}
          hint={t('translation.hint')}
          send={t('translation.send')}
          done={t('translation.done')}
          failed={t('translation.refused')}
          act={(body) => translate({ input: { id: comment.id, language: reader, body } })}
        />
      )}
      {mayReport && (
        <Reason
          keep={`${comment.id}.report`}
          label={t('comment.reportWhy')}
          hint={t('comment.reportHint')}
          send={t('comment.reportSend')}
          done={t('comment.reported')}
          failed={t('comment.notReported')}
          act={(reason) => report({ input: { id: comment.id, reason } })}
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
    <Reason
      keep={`${hiding}.appeal`}
      label={t('comment.appealWhy')}
      hint={t('comment.appealHint')}
      send={t('comment.appealSend')}
      failed={t('comment.notAppealed')}
      act={(text) => appeal({ input: { id: hiding, text } })}
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
