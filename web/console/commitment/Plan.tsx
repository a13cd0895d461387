import { useId, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation } from 'urql';

import { Attach, type Attached } from '#parts/Attach';
import { Button } from '#parts/Button';
import { Field } from '#parts/Field';
import { Reason } from '#parts/Reason';
import { Sent, useSend } from '#parts/send';

import type { Milestone } from './CommitmentPage';
import { PlanMilestone, ReplanMilestone, ReportProgress } from './documents';

const endOf = (day: string) => new Date(`${day}T23:59:00`).toISOString();

// Plan adds a milestone to a firm's own commitment.
export function Plan({ commitment, again }: { commitment: string; again: () => void }) {
  const { t } = useTranslation();
  const [title, setTitle] = useState('');
  const [due, setDue] = useState('');
  const sending = useSend();
  const [, plan] = useMutation(PlanMilestone);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (sending.lack({ title, due })) return;
    if (!(await sending.send(() => plan({ input: { commitment, title, dueAt: endOf(due) } })))) return;
    setTitle('');
    setDue('');
    again();
  };
  return (
    <details className="more">
      <summary>{t('plan.add')}</summary>
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
        <Field label={t('plan.name')}>
          {(control) => <input {...control} maxLength={200} value={title} onChange={({ target }) => setTitle(target.value)} />}
        </Field>
        <Field label={t('plan.due')}>
          {(control) => <input {...control} type="date" value={due} onChange={({ target }) => setDue(target.value)} />}
        </Field>
        <p>
          <Button type="submit" look="quiet" isBusy={sending.isBusy}>
            {t('plan.save')}
          </Button>
        </p>
        <Sent faults={sending.faults} isLost={sending.isLost} what={t('plan.refused')} />
      </form>
    </details>
  );
}

// Replan changes what a milestone is, or when it is due, with a reason.
export function Replan({ milestone, again }: { milestone: Milestone; again: () => void }) {
  const { t } = useTranslation();
  const [title, setTitle] = useState(milestone.title);
  const [due, setDue] = useState('');
  const [, replan] = useMutation(ReplanMilestone);
  const { id, revision } = milestone;
  return (
    <details>
      <summary>{t('plan.replan')}</summary>
      <Reason
        keep={`${id}.replan`}
        label={t('edit.reason')}
        hint={t('edit.reasonHint')}
        more={
          <>
            <Field label={t('plan.name')}>
              {(control) => <input {...control} maxLength={200} value={title} onChange={({ target }) => setTitle(target.value)} />}
            </Field>
            <Field label={t('plan.due')}>
              {(control) => <input {...control} type="date" value={due} onChange={({ target }) => setDue(target.value)} />}
            </Field>
          </>
        }
        send={t('plan.replanSave')}
        failed={t('plan.refused')}
        act={(reason) => replan({ input: { id, title, dueAt: due ? endOf(due) : null, reason, expectedRevision: revision } })}
        onDone={again}
      />
    </details>
  );
}

// Report says how far a milestone has got, with files that show it.
export function Report({ milestone, again }: { milestone: Milestone; again: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [progress, setProgress] = useState(milestone.progress);
  const [files, setFiles] = useState<readonly Attached[]>(milestone.files);
  const [, report] = useMutation(ReportProgress);
  return (
    <details>
      <summary>{t('plan.report')}</summary>
      <Reason
        keep={`${milestone.id}.report`}
        label={t('plan.note')}
        hint={t('plan.noteHint')}
        more={
          <>
            <Field id={id} label={t('plan.percent')}>
              {(control) => (
                <input
                  {...control}
                  type="number"
                  min={0}
                  max={100}
                  value={progress}
                  onChange={({ target }) => setProgress(Number(target.value))}
                />
              )}
            </Field>
            <Attach files={files} onChange={setFiles} />
          </>
        }
        send={t('plan.reportSave')}
        failed={t('plan.reportRefused')}
        act={(note) =>
          report({
            input: { id: milestone.id, progress, note, files: files.map((one) => one.id), expectedRevision: milestone.revision },
          })
        }
        onDone={again}
      />
    </details>
  );
}
