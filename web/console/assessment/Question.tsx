import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useDraft } from '#app/draft';
import type { Failed } from '#app/fragments';
import { useSession } from '#app/session';
import { Button } from '#parts/Button';
import { useAct } from '#parts/act';
import { Field } from '#parts/Field';
import { Outcome } from '#parts/Outcome';
import { useFormat } from '#text/format';
import { useRefusal } from '#text/refusal';
import { inLanguage, type Question, type Template } from '#template/form';

import { AnswerQuestions } from './documents';
import { Evidence } from './Evidence';
import type { Answer } from './Questions';

type Value = NonNullable<Answer['value']>;
const nothing: Value = { choices: null, text: null, number: null, boolean: null, date: null };

interface Props {
  assessment: string;
  question: Question;
  template: Template;
  answer: Answer | null;
  refresh: () => void;
}

// What somebody has chosen or written, and which revision of the answer they had before them.
interface Mine {
  value: Value;
  note: string;
  base: number;
}

// Answering is one question to answer. A choice is saved at once, a text when one leaves it; what a colleague saved meanwhile is
// shown beside it, and never overwritten.
export function Answering({ assessment, question, template, answer, refresh }: Props) {
  const { t } = useTranslation();
  const { distance } = useFormat();
  const { viewer } = useSession();
  const party = viewer?.party?.id ?? null;
  const refuse = useRefusal();
  const act = useAct(AnswerQuestions);
  const [mine, setMine] = useState<Mine | null>(null);
  const [clash, setClash] = useState(false);
  const [isSaved, setIsSaved] = useState(false);
  const subject = `${assessment}.${question.key}`;
  const [draftText, keepText] = useDraft(`${subject}.text`, party);
  const [draftNote, keepNote] = useDraft(`${subject}.note`, party);
  const area = useRef<HTMLDivElement>(null);
  const { value, note, base } = mine ?? {
    value: draftText ? { ...(answer?.value ?? nothing), text: draftText } : (answer?.value ?? nothing),
    note: draftNote || (answer?.note ?? ''),
    base: answer?.revision ?? 0,
  };
  const isChanged = mine !== null || Boolean(draftText || draftNote);

  const change = (next: Partial<Mine>) => {
    setIsSaved(false);
    const changed = { value, note, base, ...next };
    setMine(changed);
    return changed;
  };
  const save = async (given: Mine) => {
    if (act.isBusy) return;
    const done = await act.run({
      input: {
        id: assessment,
        answers: [
          { question: question.key, value: sent(question, given.value), note: given.note.trim() || null, expectedRevision: given.base },
        ],
      },
    });
    if (!done) return;
    keepText('');
    keepNote('');
    setMine(null);
    setClash(false);
    setIsSaved(true);
  };
  const choose = (next: Value) => void save(change({ value: next }));
  const leave = (to: EventTarget | null) => {
    if (isChanged && !clash && !(to instanceof Node && area.current?.contains(to))) void save({ value, note, base });
  };
  const isClash = clash || act.faults.some(isConflict);
  if (isClash && !clash) {
    setClash(true);
    refresh();
  }
  const others = act.faults.filter((fault) => !isConflict(fault));
  return (
    <div className="answering" ref={area} onBlur={({ relatedTarget }) => leave(relatedTarget)}>
      <Control
        question={question}
        template={template}
        value={value}
        choose={choose}
        write={(next) => {
          change({ value: next });
          if (question.type === 'TEXT') keepText(next.text ?? '');
        }}
      />
      <Field label={t('question.note')} hint={t('question.noteHint')}>
        {(control) => (
          <textarea
            {...control}
            rows={1}
            className="note-field"
            value={note}
            onChange={({ target }) => {
              change({ note: target.value });
              keepNote(target.value);
            }}
          />
        )}
      </Field>
      <Evidence assessment={assessment} question={question} answer={answer} refresh={refresh} />
      {clash && (
        <div className="clash" role="alert">
          <p>
            <b>{t('question.clash')}</b> {t('question.clashText')}
          </p>
          <p>
            {t('question.theirs')} <Said question={question} template={template} answer={answer} />
          </p>
          <p>
            {t('question.yours')} <Said question={question} template={template} answer={{ value, note, withheld: [] }} />
          </p>
          <p className="line-meta">
            <Button isBusy={act.isBusy} onClick={() => void save({ value, note, base: answer?.revision ?? 0 })}>
              {t('question.keepMine')}
            </Button>
            <Button
              look="quiet"
              onClick={() => {
                keepText('');
                keepNote('');
                setMine(null);
                setClash(false);
                act.clear();
              }}
            >
              {t('question.takeTheirs')}
            </Button>
          </p>
        </div>
      )}
      <p className="meta" role="status">
        {act.isBusy
          ? t('question.saving')
          : isChanged
            ? t('question.notSaved')
            : isSaved
              ? t('question.saved')
              : answer && t('question.savedAt', { when: distance(answer.answeredAt) })}
        {others.map(({ code, values }, index) => (
          <b key={index} className="alarm">
            {' '}
            {t('question.refused')} {refuse({ code, values }).why}
          </b>
        ))}
      </p>
      {act.isLost && <Outcome act={{ faults: [], isLost: true }} what={t('question.refused')} />}
    </div>
  );
}

const isConflict = ({ code }: Failed) => code === 'CONFLICT' || code === 'STALE_REVISION';

function sent(question: Question, value: Value) {
  const { choices, text, number, boolean, date } = value;
  switch (question.type) {
    case 'SINGLE':
    case 'MULTI':
      return choices?.length ? { choices } : null;
    case 'TEXT':
      return text?.trim() ? { text: text.trim() } : null;
    case 'NUMBER':
      return number === null ? null : { number };
    case 'BOOLEAN':
      return boolean === null ? null : { boolean };
    case 'DATE':
      return date ? { date } : null;
  }
}

interface ControlProps {
  question: Question;
  template: Template;
  value: Value;
  choose: (value: Value) => void; // and save
  write: (value: Value) => void;
}

const many = 12; // options, from which on a list to choose from is shorter to read

function Control({ question, template, value, choose, write }: ControlProps) {
  const { t, i18n } = useTranslation();
  const say = (texts: Question['title']) => inLanguage(texts, template, i18n.resolvedLanguage ?? 'en');
  const title = say(question.title);
  const name = `q-${question.key}`;
  const options = question.options ?? [];
  const chosen = value.choices ?? [];
  if (question.type === 'SINGLE' && options.length > many) {
    return (
      <Field label={t('question.answer')}>
        {(control) => (
          <select
            {...control}
            value={chosen[0] ?? ''}
            onChange={({ target }) => choose({ ...nothing, choices: target.value ? [target.value] : null })}
          >
            <option value="">{t('question.choose')}</option>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {say(option.title)?.text}
              </option>
            ))}
          </select>
        )}
      </Field>
    );
  }
  if (question.type === 'SINGLE' || question.type === 'MULTI') {
    const toggle = (one: string) => (chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
    return (
      <fieldset>
        <legend className="only-heard">{title?.text}</legend>
        <div className="options" lang={title?.lang}>
          {options.map((option) => (
            <label key={option.value} className="option">
              <input
                type={question.type === 'SINGLE' ? 'radio' : 'checkbox'}
                name={name}
                checked={chosen.includes(option.value)}
                onChange={() => choose({ ...nothing, choices: question.type === 'SINGLE' ? [option.value] : toggle(option.value) })}
              />
              <span>{say(option.title)?.text}</span>
            </label>
          ))}
        </div>
      </fieldset>
    );
  }
  if (question.type === 'BOOLEAN') {
    return (
      <fieldset>
        <legend className="only-heard">{title?.text}</legend>
        <div className="options">
          {[true, false].map((one) => (
            <label key={String(one)} className="option">
              <input type="radio" name={name} checked={value.boolean === one} onChange={() => choose({ ...nothing, boolean: one })} />
              {t(one ? 'question.yes' : 'question.no')}
            </label>
          ))}
        </div>
      </fieldset>
    );
  }
  return (
    <Field label={t('question.answer')}>
      {(control) =>
        question.type === 'TEXT' ? (
          <textarea {...control} rows={3} value={value.text ?? ''} onChange={({ target }) => write({ ...nothing, text: target.value })} />
        ) : question.type === 'NUMBER' ? (
          <input
            {...control}
            inputMode="numeric"
            value={value.number ?? ''}
            onChange={({ target }) => {
              const digits = target.value.replace(/[^\d-]/g, '');
              write({ ...nothing, number: digits === '' || digits === '-' ? null : Number(digits) });
            }}
          />
        ) : (
          <input {...control} type="date" value={value.date ?? ''} onChange={({ target }) => write({ ...nothing, date: target.value })} />
        )
      }
    </Field>
  );
}

// Said is an answer to read.
export function Said({
  question,
  template,
  answer,
}: {
  question: Question;
  template: Template;
  answer: Pick<Answer, 'value' | 'note' | 'withheld'> | null;
}) {
  const { t, i18n } = useTranslation();
  const { date, list, number } = useFormat();
  const value = answer?.value;
  const names = (value?.choices ?? []).map((one) => {
    const option = question.options?.find((other) => other.value === one);
    return inLanguage(option?.title, template, i18n.resolvedLanguage ?? 'en')?.text ?? one;
  });
  const said = value
    ? value.choices
      ? list(names)
      : value.boolean !== null
        ? t(value.boolean ? 'question.yes' : 'question.no')
        : value.number !== null
          ? number(value.number)
          : value.date
            ? date(value.date)
            : value.text
    : null;
  const note = answer?.withheld.includes('NOTE') ? t('question.withheld') : answer?.note;
  return (
    <>
      {answer?.withheld.includes('VALUE') ? t('question.withheld') : (said ?? t('question.unanswered'))}
      {note && <span className="meta"> {note}</span>}
    </>
  );
}
