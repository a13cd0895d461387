import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { Link, useLocation } from 'wouter';

import { usePage } from '#app/page';
import { Back, Page, Section } from '#parts/Layout';
import { can } from '#parts/permission';
import { Reason } from '#parts/Reason';
import { Refusal } from '#parts/Refusal';
import { Answer, Missing } from '#parts/States';
import { useRefusal } from '#text/refusal';

import { ChangeQuery, CloseDialogue, ReopenDialogue } from './documents';
import '#parts/Form.css';

// Where a convenor closes a dialogue with its outcome, or opens a further round of one that is closed.
export default function ClosePage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const refuse = useRefusal();
  const [, go] = useLocation();
  const [result, ask] = useQuery({ query: ChangeQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const [, close] = useMutation(CloseDialogue);
  const [, reopen] = useMutation(ReopenDialogue);
  const dialogue = result.data?.dialogue;
  const isClosed = dialogue?.state === 'CLOSED';
  usePage(dialogue ? t(isClosed ? 'closing.reopenTitle' : 'closing.title') : undefined);
  return (
    <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })}>
      {() => {
        if (!dialogue) return <Missing />;
        const permission = can(dialogue.viewerCan, isClosed ? 'DIALOGUE_REOPEN' : 'DIALOGUE_CLOSE');
        const missing = dialogue.missingToClose;
        const back = () => go(`/dialogues/${id}`);
        return (
          <Page
            head={
              <>
                <Back to={`/dialogues/${id}`}>{dialogue.title}</Back>
                <h1 tabIndex={-1}>{t(isClosed ? 'closing.reopenTitle' : 'closing.title')}</h1>
                <p className="lead">{t(isClosed ? 'closing.reopenLead' : 'closing.lead')}</p>
              </>
            }
          >
            {permission && !permission.allowed && permission.code !== 'INCOMPLETE' && (
              <Refusal refused={{ code: permission.code ?? 'STATE', values: permission.values }} what={t('closing.cannot')} />
            )}
            {missing.length > 0 && (
              <Section title={t('opening.lacking')}>
                <ul className="lines text-block">
                  {missing.map((one, index) => {
                    const isOwed = (one.values?.actual ?? 0) > 0;
                    return (
                      <li key={index}>
                        {isOwed ? t('answers.owed', { count: one.values?.actual ?? 0 }) : refuse(one).why}{' '}
                        <Link href={isOwed ? `/dialogues/${id}/answers` : `/dialogues/${id}#heard`}>{t('closing.go')}</Link>
                      </li>
                    );
                  })}
                </ul>
              </Section>
            )}
            {permission?.allowed && (
              <div className="form">
                {isClosed ? (
                  <Reason
                    keep={`${id}.outcome-reopen`}
                    label={t('edit.reason')}
                    hint={t('edit.reasonHint')}
                    send={t('closing.reopen')}
                    failed={t('closing.refused')}
                    act={(reason) => reopen({ input: { id, reason, expectedRevision: dialogue.revision } })}
                    onDone={back}
                  />
                ) : (
                  <Reason
                    keep={`${id}.outcome`}
                    rows={8}
                    label={t('dialogue.outcome')}
                    hint={t('closing.hint')}
                    send={t('closing.close')}
                    failed={t('closing.refused')}
                    act={(outcome) => close({ input: { id, outcome, expectedRevision: dialogue.revision } })}
                    onDone={back}
                  />
                )}
              </div>
            )}
          </Page>
        );
      }}
    </Answer>
  );
}
