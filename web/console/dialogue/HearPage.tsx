import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { useLocation } from 'wouter';

import { useAll } from '#app/all';
import { useDraft } from '#app/draft';
import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { Button } from '#parts/Button';
import { FaultSummary, Field } from '#parts/Field';
import { Back, Page } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Picks, usePicks } from '#parts/Picks';
import { Refusal } from '#parts/Refusal';
import { Sent, useSend } from '#parts/send';
import { Answer, Bones, Empty, Failure, Missing } from '#parts/States';

import { HearQuery, PublishedQuery, PublishSynthesis, SaidQuery } from './documents';
import '#parts/Form.css';
import './Heard.css';

type Data = ResultOf<typeof HearQuery>;
type Dialogue = NonNullable<Data['dialogue']>;
type Comment = NonNullable<NonNullable<ResultOf<typeof SaidQuery>['comments']>['nodes'][number]>;
type Synthesis = NonNullable<NonNullable<ResultOf<typeof PublishedQuery>['dialogue']>['syntheses']>['nodes'][number];

interface Sentence {
  text: string;
  citations: readonly string[];
}

// Where a facilitator writes what was heard in a phase that is over: sentences, each of which cites comments.
export default function HearPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: HearQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const dialogue = result.data?.dialogue;
  usePage(dialogue ? t('hear.title') : undefined);
  return (
    <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })}>
      {() => {
        if (!dialogue) return <Missing />;
        const permission = can(dialogue.viewerCan, 'SYNTHESIS_PUBLISH');
        return (
          <Page
            head={
              <>
                <Back to={`/dialogues/${id}`}>{dialogue.title}</Back>
                <h1 tabIndex={-1}>{t('hear.title')}</h1>
                <p className="lead">{t('hear.lead')}</p>
              </>
            }
          >
            {permission?.allowed ? (
              <Whole dialogue={dialogue} />
            ) : (
              <Refusal refused={{ code: permission?.code ?? 'STATE', values: permission?.values }} what={t('hear.cannot')} />
            )}
          </Page>
        );
      }}
    </Answer>
  );
}

// Everything that was said, and what was published of it, is read to its end before one writes: what is not there cannot be cited.
function Whole({ dialogue }: { dialogue: Dialogue }) {
  const { t } = useTranslation();
  const { id } = dialogue;
  const said = useAll(SaidQuery, (after) => ({ id, after }), (data) => data.comments);
  const published = useAll(PublishedQuery, (after) => ({ id, after }), (data) => data.dialogue?.syntheses);
  const failed = [said, published].find(({ error }) => error);
  if (failed) return <Failure error={failed.error} again={failed.again} />;
  if (!said.isWhole || !published.isWhole) {
    return (
      <>
        <p className="meta">{t('hear.reading', { count: said.entries.length })}</p>
        <Bones />
      </>
    );
  }
  return <Writing dialogue={dialogue} published={published.entries} comments={said.entries.filter((one) => one !== null)} />;
}

interface WritingProps {
  dialogue: Dialogue;
  published: readonly Synthesis[];
  comments: readonly Comment[];
}

function Writing({ dialogue, published, comments }: WritingProps) {
  const { t } = useTranslation();
  const over = dialogue.phases.filter(({ endedAt }) => endedAt);
  const [number, setNumber] = useState(over.at(-1)?.number ?? 0);
  const said = comments.filter(({ phase }) => phase?.number === number);
  if (over.length === 0) return <Empty>{t('hear.noPhase')}</Empty>;
  return (
    <div className="form">
      <Field label={t('hear.phase')}>
        {(control) => (
          <select {...control} value={number} onChange={({ target }) => setNumber(Number(target.value))}>
            {over.map((phase) => (
              <option key={phase.number} value={phase.number}>
                {t(`phase.${phase.kind}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {said.length === 0 ? (
        <Empty>{t('hear.nothingSaid')}</Empty>
      ) : (
        <Sentences key={number} dialogue={dialogue} published={published} number={number} comments={said} />
      )}
    </div>
  );
}

const blank: Sentence = { text: '', citations: [] };

// What was begun here, or else the version that stands, to be written anew.
function begun(kept: string, published: readonly Synthesis[], number: number): readonly Sentence[] {
  try {
    if (kept) return JSON.parse(kept) as Sentence[];
  } catch {
    // Somebody else wrote there.
  }
  const present = published.find(({ state, phase }) => state === 'PUBLISHED' && phase?.number === number);
  const sentences = present?.sentences.map(({ text, citations }) => ({
    text,
    citations: citations?.nodes.map(({ commentId }) => commentId) ?? [],
  }));
  return sentences ?? [blank];
}

function Sentences({ dialogue, published, number, comments }: WritingProps & { number: number }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const { viewer } = useSession();
  const [kept, setKept] = useDraft(`${dialogue.id}.hear-${number}`, viewer?.party?.id ?? null);
  const sentences = begun(kept, published, number);
  const write = (next: readonly Sentence[]) => setKept(JSON.stringify(next));
  const sending = useSend();
  const [, publish] = useMutation(PublishSynthesis);
  const key = useRef(crypto.randomUUID());
  const cited = new Set(sentences.flatMap(({ citations }) => citations));
  const onTime = comments.filter(({ late, depth }) => !late && depth === 0);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const lacking = sentences.findIndex(({ text, citations }) => !text.trim() || citations.length === 0);
    if (sending.lack({ sentences: lacking < 0 ? 'all' : '' })) return;
    const sent = await sending.send(() =>
      publish({
        input: { dialogue: dialogue.id, phase: number, sentences: sentences.map(({ text, citations }) => ({ text, citations: [...citations] })) },
        key: key.current,
      }),
    );
    key.current = crypto.randomUUID();
    if (!sent) return;
    setKept('');
    go(`/dialogues/${dialogue.id}`);
  };
  const lang = dialogue.languages[0];
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary faults={sending.faults} fields={{ sentences: 'sentence-0' }} what={t('hear.refused')} />
      {sentences.map((one, index) => (
        <OneSentence
          key={index}
          index={index}
          lang={lang}
          sentence={one}
          comments={comments}
          onChange={(next) => write(sentences.map((other, at) => (at === index ? next : other)))}
          onRemove={sentences.length > 1 ? () => write(sentences.filter((_, at) => at !== index)) : undefined}
        />
      ))}
      <p className="more">
        <Button look="quiet" onClick={() => write([...sentences, blank])}>
          {t('hear.add')}
        </Button>
      </p>
      <p className="text-block meta" role="status">
        {t('heard.coverage', { cited: onTime.filter(({ id }) => cited.has(id)).length, count: onTime.length })}
      </p>
      <p className="more">
        <Button type="submit" isBusy={sending.isBusy}>
          {t('hear.publish')}
        </Button>
      </p>
      <p className="meta">{t('hear.then')}</p>
      <Sent isLost={sending.isLost} what="" />
    </form>
  );
}

interface OneProps {
  index: number;
  lang: string | undefined;
  sentence: Sentence;
  comments: readonly Comment[];
  onChange: (sentence: Sentence) => void;
  onRemove?: (() => void) | undefined;
}

function OneSentence({ index, lang, sentence, comments, onChange, onRemove }: OneProps) {
  const { t } = useTranslation();
  const { text, citations } = sentence;
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className="sentence">
      <Field id={`sentence-${index}`} label={t('hear.sentence', { number: index + 1 })} hint={index === 0 ? t('hear.sentenceHint') : undefined}>
        {(control) => (
          <textarea {...control} lang={lang} rows={2} value={text} onChange={({ target }) => onChange({ ...sentence, text: target.value })} />
        )}
      </Field>
      <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
        <summary>{t('hear.cites', { count: citations.length })}</summary>
        {isOpen && <Cites comments={comments} citations={citations} onChange={(next) => onChange({ ...sentence, citations: next })} />}
      </details>
      {onRemove && (
        <p>
          <Button look="link" onClick={onRemove}>
            {t('hear.remove')} <span className="only-heard">{index + 1}</span>
          </Button>
        </p>
      )}
    </div>
  );
}

function Cites({ comments, citations, onChange }: { comments: readonly Comment[]; citations: readonly string[]; onChange: (ids: readonly string[]) => void }) {
  const { t } = useTranslation();
  const picks = usePicks(comments.map(({ id }) => id), citations, onChange);
  return (
    <Picks
      picks={picks}
      items={comments.map((one) => ({
        id: one.id,
        name: t('comment.title', { name: one.author.name }),
        show: (
          <>
            <Party party={one.author} isPlain />
            {one.body && <Markdown text={one.body} lang={one.language} />}
          </>
        ),
      }))}
    />
  );
}
