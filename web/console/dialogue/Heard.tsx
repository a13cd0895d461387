import { useTranslation } from 'react-i18next';
import { useMutation } from 'urql';
import { Link } from 'wouter';

import type { FragmentOf, ResultOf } from '#app/graphql';
import { Clock } from '#parts/Clock';
import { Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Reason } from '#parts/Reason';
import { When } from '#parts/When';
import { useFormat } from '#text/format';

import { AnswerNotHeard, ObjectNotHeard, type DialogueQuery, type SynthesisParts } from './documents';
import './Heard.css';

type Dialogue = NonNullable<ResultOf<typeof DialogueQuery>['dialogue']>;
type Synthesis = FragmentOf<typeof SynthesisParts>;

// What was heard: the facilitator's sentences, each with the comments that it cites, and who says that they were not heard.
export function Heard({ dialogue, again }: { dialogue: Dialogue; again: () => void }) {
  const { t } = useTranslation();
  const all = dialogue.syntheses?.nodes ?? [];
  const lang = dialogue.languages[0];
  return all
    .filter(({ state }) => state === 'PUBLISHED')
    .map((synthesis) => {
      const earlier = all.filter(({ state, phase }) => state === 'REPLACED' && phase?.number === synthesis.phase?.number);
      return (
        <Section key={synthesis.id} id="heard" title={t('heard.title')}>
          <Sentences synthesis={synthesis} lang={lang} />
          <Coverage synthesis={synthesis} />
          <Objections synthesis={synthesis} again={again} />
          {earlier.length > 0 && (
            <details className="text-block">
              <summary>{t('heard.earlier', { count: earlier.length })}</summary>
              {earlier.map((one) => (
                <div key={one.id} className="noted">
                  <p className="meta">{t('proposal.version', { number: one.number })}</p>
                  <Sentences synthesis={one} lang={lang} />
                  <Objections synthesis={one} again={again} />
                </div>
              ))}
            </details>
          )}
        </Section>
      );
    });
}

function Sentences({ synthesis, lang }: { synthesis: Synthesis; lang: string | undefined }) {
  const { t } = useTranslation();
  return (
    <ol className="heard">
      {synthesis.sentences.map(({ text, citations }, index) => (
        <li key={index}>
          <p lang={lang}>{text}</p>
          <details>
            <summary className="meta">{t('heard.from', { count: citations?.totalCount ?? 0 })}</summary>
            <ul className="cited">
              {citations?.nodes.map(({ commentId, comment }) => (
                <li key={commentId}>
                  {comment ? (
                    <>
                      <p className="line-meta">
                        <Party party={comment.author} isPlain />
                        <Link href={`/comments/${commentId}`}>{t('heard.go')}</Link>
                      </p>
                      {comment.body && <Markdown text={comment.body} lang={comment.language} />}
                    </>
                  ) : (
                    <p className="soft">{t('comment.gone')}</p>
                  )}
                </li>
              ))}
            </ul>
          </details>
        </li>
      ))}
    </ol>
  );
}

// How much of what was said it cites, and of whom.
function Coverage({ synthesis: { publishedBy, createdAt, coverage } }: { synthesis: Synthesis }) {
  const { t } = useTranslation();
  const { list } = useFormat();
  const shares = coverage.byChamber.map(({ chamber, comments, total }) =>
    t('heard.share', { chamber: t(`chambers.${chamber}`), cited: comments, total }),
  );
  return (
    <>
      <p className="line-meta">
        <Party party={publishedBy} /> <When at={createdAt} />
      </p>
      <p className="meta">
        {t('heard.coverage', { cited: coverage.comments, count: coverage.total })} {shares.length > 0 && `${list(shares)}.`}
      </p>
    </>
  );
}

function Objections({ synthesis, again }: { synthesis: Synthesis; again: () => void }) {
  const { t } = useTranslation();
  const [, object] = useMutation(ObjectNotHeard);
  const [, answer] = useMutation(AnswerNotHeard);
  const { id } = synthesis;
  const mayAnswer = can(synthesis.viewerCan, 'SYNTHESIS_ANSWER')?.allowed;
  return (
    <>
      {synthesis.objections?.nodes.map((one) => (
        <div key={one.party.id} className="noted stack">
          <p className="meta">
            <Party party={one.party} /> {t('heard.objects')}
          </p>
          <p>{one.text ?? t('comment.gone')}</p>
          {one.answer ? (
            <p className="meta">{t('heard.answered', { answer: one.answer })}</p>
          ) : (
            <p className={one.overdue ? 'alarm' : 'meta'}>{t('heard.unanswered')}</p>
          )}
          {mayAnswer && !one.answer && (
            <Reason
              keep={`${id}.answer-${one.party.id}`}
              label={t('heard.answerLabel', { name: one.party.name })}
              hint={t('heard.answerHint')}
              send={t('heard.answerSend')}
              failed={t('heard.answerRefused')}
              act={(text) => answer({ input: { id, party: one.party.id, text } })}
              onDone={again}
            />
          )}
        </div>
      ))}
      {can(synthesis.viewerCan, 'SYNTHESIS_OBJECT')?.allowed && (
        <details className="text-block">
          <summary>{t('heard.object')}</summary>
          <Clock due={synthesis.objectionsUntil} isOver={false} />
          <Reason
            keep={`${id}.object`}
            label={t('heard.objectLabel')}
            hint={t('heard.objectHint')}
            send={t('heard.objectSend')}
            failed={t('heard.objectRefused')}
            act={(text) => object({ input: { id, text } })}
            onDone={again}
          />
        </details>
      )}
    </>
  );
}
