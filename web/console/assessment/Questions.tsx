import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import type { ResultOf } from '#app/graphql';
import { focusOn } from '#app/page';
import { Section as Part } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Answer as Answered, Bones } from '#parts/States';
import { Tag } from '#parts/Tag';
import { inLanguage, templateOf, type Question, type Section, type Template } from '#template/form';

import { FormQuery } from './documents';
import { EvidenceFiles } from './Evidence';
import { GiveOpinion, Opinions } from './Opinions';
import { Answering, Said } from './Question';
import './Questions.css';

export type Form = NonNullable<ResultOf<typeof FormQuery>['impactAssessment']>;
export type FormSection = Form['form']['sections'][number];
export type Answer = NonNullable<FormSection['questions'][number]['answer']>;
export type Score = readonly { question: string; points: number; max: number; total: string; visible: boolean }[];

interface Props {
  id: string;
  mayAnswer: boolean;
  mayGiveOpinion: boolean;
  score: Score;
  onTemplate: (document: string) => void;
  again: () => void;
}

// Questions are those of the template by section, each with its answer, what shows it, and what others think of it.
export function Questions({ id, mayAnswer, mayGiveOpinion, score, onTemplate, again }: Props) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: FormQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const document = result.data?.impactAssessment?.template.document;
  useEffect(() => {
    if (document) onTemplate(document);
  }, [document, onTemplate]);
  const refresh = () => {
    ask({ requestPolicy: 'network-only' });
    again();
  };
  return (
    <Part title={t('assessment.questions')} id="questions">
      <Answered result={result} again={refresh} bones={<Bones lines={8} />}>
        {({ impactAssessment: assessment }) =>
          assessment && (
            <Sections
              assessment={assessment}
              template={templateOf(assessment.template.document)}
              mayAnswer={mayAnswer}
              mayGiveOpinion={mayGiveOpinion}
              score={score}
              refresh={refresh}
            />
          )
        }
      </Answered>
    </Part>
  );
}

interface SectionsProps {
  assessment: Form;
  template: Template;
  mayAnswer: boolean;
  mayGiveOpinion: boolean;
  score: Score;
  refresh: () => void;
}

const keyOf = (hash: string) => (hash.startsWith('#q-') ? decodeURIComponent(hash.slice(3)) : null);

function Sections({ assessment, template, mayAnswer, mayGiveOpinion, score, refresh }: SectionsProps) {
  const { t, i18n } = useTranslation();
  const language = i18n.resolvedLanguage ?? 'en';
  const { sections, progress } = assessment.form;
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([firstOf(template, keyOf(location.hash), sections)]));
  const [wanted, setWanted] = useState(keyOf(location.hash));

  useEffect(() => {
    const follow = () => {
      const key = keyOf(location.hash);
      const section = key && template.sections.find(({ questions }) => questions.some((one) => one.key === key));
      if (!key || !section) return;
      setOpen((before) => new Set([...before, section.key]));
      setWanted(key);
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [template]);

  // A question that others lead to has the focus once its section is open.
  useEffect(() => {
    const place = wanted && document.getElementById(`q-${wanted}`);
    if (!place) return;
    focusOn(place);
    setWanted(null);
  }, [wanted, open]);

  const toggle = (key: string, isOpen: boolean) =>
    setOpen((before) => {
      const next = new Set(before);
      if (isOpen) next.add(key);
      else next.delete(key);
      return next;
    });
  return (
    <>
      {progress.required > 0 && (
        <p className="meta text-block">
          {t('assessment.progress', { count: progress.required, answered: progress.answered })}{' '}
          {progress.evidenceMissing > 0 && t('assessment.evidenceMissing', { count: progress.evidenceMissing })}
        </p>
      )}
      {template.sections.map((section, index) => {
        const form = sections[index];
        if (!form?.visible && !form?.questions.some(({ answer }) => answer)) return null;
        const shown = section.questions.filter((_, at) => form.questions[at]?.visible);
        const answered = section.questions.filter((_, at) => form.questions[at]?.visible && form.questions[at].answer?.value).length;
        const title = inLanguage(section.title, template, language);
        const about = assessment.opinions?.nodes.filter(({ question }) => section.questions.some(({ key }) => key === question)) ?? [];
        return (
          <details
            key={section.key}
            className="form-section"
            open={open.has(section.key)}
            onToggle={({ currentTarget }) => toggle(section.key, currentTarget.open)}
          >
            <summary>
              <h3 lang={title?.lang}>{title?.text}</h3>
              <span className="meta">
                {t('assessment.answered', { count: shown.length, answered })}
                {about.length > 0 && ` · ${t('assessment.opinions', { count: about.length })}`}
              </span>
            </summary>
            {open.has(section.key) && (
              <Open section={section} form={form} {...{ assessment, template, mayAnswer, mayGiveOpinion, score, refresh, language }} />
            )}
          </details>
        );
      })}
    </>
  );
}

// The section to begin with: that of the question asked for, or else the first that has something missing.
function firstOf(template: Template, key: string | null, forms: readonly FormSection[]): string {
  const asked = template.sections.find(({ questions }) => questions.some((one) => one.key === key));
  const lacking = template.sections.find(
    ({ questions }, index) =>
      forms[index]?.visible &&
      questions.some(({ required }, at) => required && forms[index]?.questions[at]?.visible && !forms[index].questions[at].answer?.value),
  );
  return (asked ?? lacking ?? template.sections[0])?.key ?? '';
}

interface OpenProps extends SectionsProps {
  section: Section;
  form: FormSection;
  language: string;
}

function Open({ section, form, assessment, template, mayAnswer, mayGiveOpinion, score, refresh, language }: OpenProps) {
  const { t } = useTranslation();
  const intro = inLanguage(section.intro, template, language);
  const { visible, hidden } = split(section, form);
  return (
    <>
      {intro && (
        <div className="soft">
          <Markdown text={intro.text} lang={intro.lang} />
        </div>
      )}
      {visible.map(({ question, answer }) => (
        <OneQuestion
          key={question.key}
          {...{ question, answer, template, assessment, mayAnswer, mayGiveOpinion, refresh, language }}
          line={score.find((one) => one.question === question.key)}
        />
      ))}
      {hidden.length > 0 && <p className="meta">{t('assessment.hidden', { count: hidden.length })}</p>}
    </>
  );
}

function split(section: Section, form: FormSection) {
  const all = section.questions.map((question, at) => ({
    question,
    answer: form.questions[at]?.answer ?? null,
    visible: form.questions[at]?.visible ?? false,
  }));
  return { visible: all.filter((one) => one.visible), hidden: all.filter((one) => !one.visible && one.answer?.value) };
}

interface OneProps {
  question: Question;
  answer: Answer | null;
  template: Template;
  assessment: Form;
  mayAnswer: boolean;
  mayGiveOpinion: boolean;
  refresh: () => void;
  language: string;
  line: Score[number] | undefined;
}

function OneQuestion({ question, answer, template, assessment, mayAnswer, mayGiveOpinion, refresh, language, line }: OneProps) {
  const { t } = useTranslation();
  const title = inLanguage(question.title, template, language);
  const help = inLanguage(question.help, template, language);
  const opinions = assessment.opinions?.nodes.filter((one) => one.question === question.key) ?? [];
  return (
    <article className="question" id={`q-${question.key}`}>
      <h4 lang={title?.lang}>{title?.text}</h4>
      <p className="line-meta">
        {question.required && !answer?.value && <Tag>{t('question.required')}</Tag>}
        {question.evidenceRequired && !answer?.evidence.length && <Tag>{t('question.evidenceRequired')}</Tag>}
        {line && line.max > 0 && (
          <span>{t(`question.points.${line.total as 'RAW' | 'MITIGATION'}`, { count: line.points, max: line.max })}</span>
        )}
      </p>
      {help && (
        <div className="meta">
          <Markdown text={help.text} lang={help.lang} />
        </div>
      )}
      {mayAnswer ? (
        <Answering {...{ question, template, answer, refresh }} assessment={assessment.id} />
      ) : (
        <>
          <p className={answer?.value || answer?.withheld.length ? 'answer' : 'answer is-missing'}>
            <Said {...{ question, template, answer }} />
          </p>
          <EvidenceFiles answer={answer} />
        </>
      )}
      <Opinions opinions={opinions} refresh={refresh} />
      {mayGiveOpinion && <GiveOpinion assessment={assessment.id} about={{ question: question.key }} refresh={refresh} />}
    </article>
  );
}
