import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation } from 'urql';

import { useDraft } from '#app/draft';
import type { Failed } from '#app/fragments';
import { useSession } from '#app/session';
import { Attach, type Attached } from '#parts/Attach';
import { Button } from '#parts/Button';
import { FaultSummary, Field } from '#parts/Field';

import { Respond } from './documents';
import type { Response } from './Responses';

// Where the party that was asked answers, with files.
export default function Reply({ response, onGiven }: { response: Response; onGiven: () => void }) {
  const { t } = useTranslation();
  const { viewer } = useSession();
  const [text, setText] = useDraft(response.id, viewer?.party?.id ?? null);
  const [faults, setFaults] = useState<readonly Failed[]>([]);
  const [files, setFiles] = useState<readonly Attached[]>([]);
  const [isLost, setIsLost] = useState(false);
  const [{ fetching }, respond] = useMutation(Respond);
  const key = useRef(crypto.randomUUID());
  const id = `respond-${response.id}`;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return setFaults([{ code: 'REQUIRED', field: ['text'], values: null }]);
    const { data } = await respond({ input: { id: response.id, text, files: files.map((one) => one.id) }, key: key.current });
    setIsLost(!data);
    if (!data) return;
    setFaults(data.respondToProposal.userErrors);
    key.current = crypto.randomUUID();
    if (data.respondToProposal.userErrors.length > 0) return;
    setText('');
    onGiven();
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary faults={faults} fields={{ text: id }} what={t('response.refused')} />
      <Field id={id} label={t('response.label')} hint={t('response.hint')}>
        {(control) => <textarea {...control} rows={6} value={text} onChange={({ target }) => setText(target.value)} />}
      </Field>
      <Attach files={files} onChange={setFiles} />
      <p>
        <Button type="submit" isBusy={fetching}>
          {t('response.publish')}
        </Button>
      </p>
      <div role="status">{isLost && <p className="alarm">{t('say.lost')}</p>}</div>
    </form>
  );
}
