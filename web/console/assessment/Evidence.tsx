import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { upload } from '#app/upload';
import { useSession } from '#app/session';
import { useAct } from '#parts/act';
import { Outcome } from '#parts/Outcome';
import { useFormat } from '#text/format';
import type { Question } from '#template/form';

import { AttachEvidence } from './documents';
import type { Answer } from './Questions';

interface Props {
  assessment: string;
  question: Question;
  answer: Answer | null;
  refresh: () => void;
}

// Evidence lists the files that show an answer, and takes more.
export function Evidence({ assessment, question, answer, refresh }: Props) {
  const { t } = useTranslation();
  const { token } = useSession();
  const attach = useAct(AttachEvidence);
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const send = async (file: File) => {
    setIsBusy(true);
    setFault(null);
    const sent = await upload(file, token());
    if ('code' in sent) setFault(sent.code);
    else if (await attach.run({ input: { id: assessment, question: question.key, file: sent.id } })) refresh();
    setIsBusy(false);
  };
  return (
    <>
      <EvidenceFiles answer={answer} />
      {answer && (
        <label className="button is-quiet evidence-add" aria-busy={isBusy || undefined}>
          {t(isBusy ? 'question.sending' : 'question.addFile')}
          <input type="file" className="only-heard" onChange={({ target }) => target.files?.[0] && void send(target.files[0])} />
        </label>
      )}
      {fault && (
        <p className="alarm" role="alert">
          {t(`question.file.${fault}` as 'question.file.other', { defaultValue: t('question.file.other') })}
        </p>
      )}
      <Outcome act={attach} what={t('question.file.other')} />
    </>
  );
}

export function EvidenceFiles({ answer }: { answer: Answer | null }) {
  const { t } = useTranslation();
  const { bytes } = useFormat();
  if (answer?.withheld.includes('EVIDENCE')) return <p className="meta">{t('question.evidenceWithheld')}</p>;
  if (!answer?.evidence.length) return null;
  return (
    <ul className="lines" aria-label={t('question.evidence')}>
      {answer.evidence.map((file) => (
        <li key={file.id} className="meta">
          <a href={file.url} download={file.name}>
            {file.name}
          </a>{' '}
          {bytes(file.bytes)} <code>{file.sha256.slice(0, 12)}…</code>
        </li>
      ))}
    </ul>
  );
}
