import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import type { ResultOf } from '#app/graphql';
import { Diff } from '#parts/Diff';
import { Field } from '#parts/Field';
import { Answer, Bones, Empty } from '#parts/States';
import { changesOf } from '#parts/words';
import { inLanguage, templateOf, type Template } from '#template/form';
import { useFormat } from '#text/format';

import { DiffQuery } from './documents';

type Changed = NonNullable<ResultOf<typeof DiffQuery>['assessmentDiff']>;
type Value = Changed['answers'][number]['from'];

interface Props {
  versions: readonly { id: string; number: number }[]; // newest first
  document: string | undefined; // of the template
}

// Changes compares two versions on which everybody was consulted: answers and risks in words, and the score.
export default function Changes({ versions, document }: Props) {
  const { t } = useTranslation();
  const [to, setTo] = useState(versions[0]?.id ?? '');
  const [from, setFrom] = useState(versions[1]?.id ?? '');
  const [result, again] = useQuery({ query: DiffQuery, variables: { from, to }, pause: from === to });
  const picker = (label: string, value: string, onPick: (id: string) => void) => (
    <Field label={label}>
      {(control) => (
        <select {...control} value={value} onChange={({ target }) => onPick(target.value)}>
          {versions.map(({ id, number }) => (
            <option key={id} value={id}>
              {t('proposal.version', { number })}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  return (
    <div className="stack">
      <div className="filters">
        {picker(t('versions.from'), from, setFrom)}
        {picker(t('versions.to'), to, setTo)}
      </div>
      {from === to ? (
        <p>{t('versions.pickTwo')}</p>
      ) : (
        <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={4} />}>
          {({ assessmentDiff: diff }) => (diff ? <Shown diff={diff} template={document ? templateOf(document) : null} /> : <Empty>{t('versions.none')}</Empty>)}
        </Answer>
      )}
    </div>
  );
}

function Shown({ diff, template }: { diff: Changed; template: Template | null }) {
  const { t, i18n } = useTranslation();
  const { score } = diff;
  const words = useWords(template);
  const reader = i18n.resolvedLanguage ?? 'en';
  const questions = new Map(template?.sections.flatMap((section) => section.questions).map((one) => [one.key, one]));
  const title = (key: string) => (template && inLanguage(questions.get(key)?.title, template, reader)?.text) ?? key;
  const isSame = diff.answers.length + diff.risks.length + diff.questionsAdded.length + diff.questionsRemoved.length === 0;
  return (
    <>
      <p>
        {t('versions.score', { from: score.currentFrom, to: score.currentTo })}{' '}
        {score.levelFrom !== score.levelTo && t('versions.level', { from: score.levelFrom ?? '–', to: score.levelTo ?? '–' })}
      </p>
      {isSame && <p className="soft">{t('versions.alike')}</p>}
      <ul className="lines">
        {diff.questionsAdded.map((key) => (
          <li key={key}>{t('versions.questionAdded', { title: title(key) })}</li>
        ))}
        {diff.questionsRemoved.map((key) => (
          <li key={key}>{t('versions.questionRemoved', { title: key })}</li>
        ))}
        {diff.answers.map((one) => (
          <li key={one.question} className="stack">
            <h3>{title(one.question)}</h3>
            {(one.from || one.to) && <Diff hunks={changesOf(words(one.question, one.from), words(one.question, one.to))} />}
            {(one.noteFrom !== null || one.noteTo !== null) && <Diff hunks={changesOf(one.noteFrom ?? '', one.noteTo ?? '')} />}
            {one.evidenceChanged && <p className="soft">{t('versions.evidence')}</p>}
          </li>
        ))}
        {diff.risks.map(({ number, from, to }) => (
          <li key={number} className="stack">
            <h3>{t('versions.risk', { number })}</h3>
            <Diff hunks={changesOf(riskWords(from), riskWords(to))} />
            {from && to && (from.likelihood !== to.likelihood || from.severity !== to.severity) && (
              <p>{t('versions.rated', { from: `${from.likelihood} × ${from.severity}`, to: `${to.likelihood} × ${to.severity}` })}</p>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const riskWords = (risk: Changed['risks'][number]['from']) => [risk?.title, risk?.description].filter(Boolean).join('\n');

// useWords says an answer in words, so that two of them can be compared.
function useWords(template: Template | null) {
  const { t, i18n } = useTranslation();
  const { date, list, number } = useFormat();
  const options = new Map(template?.sections.flatMap(({ questions }) => questions).map(({ key, options: all }) => [key, all]));
  return (question: string, value: Value) => {
    if (!value) return '';
    if (value.choices) {
      const titleOf = (choice: string) => options.get(question)?.find((one) => one.value === choice)?.title;
      return list(value.choices.map((one) => (template && inLanguage(titleOf(one), template, i18n.resolvedLanguage ?? 'en')?.text) ?? one));
    }
    if (value.boolean !== null) return t(value.boolean ? 'question.yes' : 'question.no');
    if (value.number !== null) return number(value.number);
    return value.date ? date(value.date) : (value.text ?? '');
  };
}
