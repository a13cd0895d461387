import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation } from 'urql';

import { useDraft } from '#app/draft';
import type { Failed } from '#app/fragments';
import { useSession } from '#app/session';
import { Button } from '#parts/Button';
import { Clock } from '#parts/Clock';
import { FaultSummary, Field } from '#parts/Field';
import { Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { When } from '#parts/When';

import { Respond } from './documents';
import type { Proposal } from './ProposalPage';

type Response = NonNullable<Proposal['responses']>['nodes'][number];

// Official responses: who was asked, by when, and what they answered.
export function Responses({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const responses = proposal.responses?.nodes ?? [];
  if (responses.length === 0) return null;
  return (
    <Section title={t('response.title')}>
      {responses.map((response) => (
        <article key={response.id} className="response" id={response.id}>
          <p className="line-meta">
            <Party party={response.addressee} />
            {response.answeredAt ? (
              <span>
                <When at={response.answeredAt} />{' '}
                {response.version !== proposal.version && t('response.toVersion', { number: response.version ?? 1 })}
              </span>
            ) : (
              <Clock due={response.dueAt} isOver={response.late} />
            )}
          </p>
          {response.text ? <Markdown text={response.text} lang={proposal.language} /> : <p className="soft">{t('response.none')}</p>}
          {can(response.viewerCan, 'OFFICIALRESPONSE_GIVE')?.allowed && <Reply response={response} />}
        </article>
      ))}
    </Section>
  );
}

function Reply({ response }: { response: Response }) {
  const { t } = useTranslation();
  const { viewer } = useSession();
  const [text, setText] = useDraft(response.id, viewer?.party?.id ?? null);
  const [faults, setFaults] = useState<readonly Failed[]>([]);
  const [isLost, setIsLost] = useState(false);
  const [{ fetching }, respond] = useMutation(Respond);
  const key = useRef(crypto.randomUUID());
  const id = `respond-${response.id}`;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return setFaults([{ code: 'REQUIRED', field: ['text'], values: null }]);
    const { data } = await respond({ input: { id: response.id, text }, key: key.current });
    setIsLost(!data);
    if (!data) return;
    setFaults(data.respondToProposal.userErrors);
    key.current = crypto.randomUUID();
    if (data.respondToProposal.userErrors.length === 0) setText('');
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary faults={faults} fields={{ text: id }} what={t('response.refused')} />
      <Field id={id} label={t('response.label')} hint={t('response.hint')}>
        {(control) => <textarea {...control} rows={6} value={text} onChange={({ target }) => setText(target.value)} />}
      </Field>
      <p>
        <Button type="submit" isBusy={fetching}>
          {t('response.publish')}
        </Button>
      </p>
      <div role="status">{isLost && <p className="alarm">{t('say.lost')}</p>}</div>
    </form>
  );
}
