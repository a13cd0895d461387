import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { useAct } from '#parts/act';
import { CanNow } from '#parts/CanNow';
import { Back, Facts, Page, Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Outcome } from '#parts/Outcome';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Answer, Missing } from '#parts/States';
import { Tag, Tags } from '#parts/Tag';
import { useFormat } from '#text/format';

import { Activate, Retire, TemplateQuery } from './documents';
import { inLanguage, templateOf, type Question, type Template as Texts } from './form';
import './TemplatePage.css';

type Template = NonNullable<ResultOf<typeof TemplateQuery>['assessmentTemplate']>;

// The page of a template: what is asked, what answers weigh, and what follows from the level.
export default function TemplatePage({ id = '' }: { id?: string }) {
  const { i18n } = useTranslation();
  const [result, ask] = useQuery({ query: TemplateQuery, variables: { id, language: i18n.resolvedLanguage } });
  const again = () => ask({ requestPolicy: 'network-only' });
  const template = result.data?.assessmentTemplate;
  usePage(template?.title.text);
  return (
    <Answer result={result} again={again}>
      {() => (template ? <Shown template={template} again={again} /> : <Missing />)}
    </Answer>
  );
}

function Shown({ template, again }: { template: Template; again: () => void }) {
  const { t } = useTranslation();
  const { region } = useFormat();
  const activate = useAct(Activate);
  const retire = useAct(Retire);
  const texts = useMemo(() => templateOf(template.document), [template.document]);
  const input = { id: template.id, expectedRevision: template.revision };
  const done = (data: unknown) => void (data && again());
  return (
    <Page
      head={
        <>
          <Back to="/templates">{t('template.listTitle')}</Back>
          <Tags>
            <Tag>{t('template.kind')}</Tag>
            <Tag isFilled={template.state === 'ACTIVE'}>{t(`template.state.${template.state}`)}</Tag>
            <code>{template.reference}</code>
          </Tags>
          <h1 tabIndex={-1} lang={template.title.language}>
            {template.title.text}
          </h1>
          {template.description && (
            <div className="lead">
              <Markdown text={template.description.text} lang={template.description.language} />
            </div>
          )}
          <Facts
            rows={[
              template.jurisdiction !== null && [t('template.jurisdiction'), region(template.jurisdiction)],
              [t('template.languages'), template.languages.join(', ')],
              [t('template.questions'), texts.sections.reduce((sum, { questions }) => sum + questions.length, 0)],
              template.source !== null && [t('template.source'), template.source],
              template.licence !== null && [t('template.licence'), template.licence],
              template.importedBy && [t('template.importedBy'), <Party party={template.importedBy} />],
            ]}
          />
        </>
      }
      isAsideLast
      aside={
        <>
          <CanNow
            steps={[
              {
                can: can(template.viewerCan, 'TEMPLATE_ACTIVATE'),
                say: t('can.TEMPLATE_ACTIVATE'),
                act: () => void activate.run({ input }).then(done),
              },
              {
                can: can(template.viewerCan, 'TEMPLATE_RETIRE'),
                say: t('can.TEMPLATE_RETIRE'),
                act: () => void retire.run({ input }).then(done),
              },
            ]}
          >
            <Outcome
              act={{ faults: [...activate.faults, ...retire.faults], isLost: activate.isLost || retire.isLost }}
              what={t('can.refused')}
            />
          </CanNow>
          <Follows template={template} />
        </>
      }
    >
      <Section title={t('template.asks')}>
        <Asks texts={texts} />
      </Section>
      <Section title={t('versions.hash')}>
        <p className="hash text-block">
          <code>{template.contentHash}</code>
        </p>
      </Section>
    </Page>
  );
}

function Follows({ template: { rule, obligations, signOffsNeeded } }: { template: Template }) {
  const { t } = useTranslation();
  const { either } = useFormat();
  return (
    <section className="stack">
      <h2>{t('template.follows')}</h2>
      <p>{t('template.cuts', { first: rule.cutPercents[0] ?? 0, second: rule.cutPercents[1] ?? 0, third: rule.cutPercents[2] ?? 0 })}</p>
      <p>{t('template.deduction', { share: rule.mitigationSharePercent, deduction: rule.deductionPercent })}</p>
      <ul className="lines">
        {signOffsNeeded.map(({ level, capacities, count }, index) => (
          <li key={index}>{t('template.signs', { level, count, who: either(capacities.map((one) => t(`capacity.${one}`))) })}</li>
        ))}
        {obligations.map(({ level, key, text }) => (
          <li key={key}>
            {t('template.from', { level })} <span lang={text.language}>{text.text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Asks({ texts }: { texts: Texts }) {
  const { i18n } = useTranslation();
  const say = (one: Question['title'] | undefined) => inLanguage(one, texts, i18n.resolvedLanguage ?? 'en');
  return texts.sections.map((section, index) => {
    const title = say(section.title);
    return (
      <details key={section.key} className="asks" open={index === 0}>
        <summary>
          <h3 lang={title?.lang}>{title?.text}</h3> <span className="meta">{section.questions.length}</span>
        </summary>
        <ol className="asks-list">
          {section.questions.map((question) => (
            <Asking key={question.key} question={question} say={say} />
          ))}
        </ol>
      </details>
    );
  });
}

function Asking({
  question,
  say,
}: {
  question: Question;
  say: (one: Question['title'] | undefined) => { text: string; lang: string } | null;
}) {
  const { t } = useTranslation();
  const title = say(question.title);
  const help = say(question.help);
  return (
    <li>
      <p lang={title?.lang}>
        <b>{title?.text}</b>
      </p>
      <p className="line-meta">
        <span>{t(`question.type.${question.type}`)}</span>
        {question.required && <span>{t('question.required')}</span>}
        {question.evidenceRequired && <span>{t('question.evidenceRequired')}</span>}
      </p>
      {help && (
        <div className="meta">
          <Markdown text={help.text} lang={help.lang} />
        </div>
      )}
      {question.visibleIf && (
        <p className="meta">
          {t('question.onlyIf')} <code>{question.visibleIf}</code>
        </p>
      )}
      {question.options && (
        <ul className="asks-options">
          {question.options.map((option) => (
            <li key={option.value} lang={say(option.title)?.lang}>
              {say(option.title)?.text} {option.weight ? <span className="meta">{t('score.points', { count: option.weight })}</span> : null}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
