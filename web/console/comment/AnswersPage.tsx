import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { Link, useSearchParams } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { Choice } from '#parts/Field';
import { Diff } from '#parts/Diff';
import { Back, Page, Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Pages } from '#parts/Pages';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Picks, usePicks } from '#parts/Picks';
import { Reason } from '#parts/Reason';
import { Refusal } from '#parts/Refusal';
import { Answer, Bones, Empty, Missing } from '#parts/States';
import { When } from '#parts/When';

import { AnswersQuery, DisposeComments, DisposeGroup } from './documents';
import '#parts/Form.css';

type Data = ResultOf<typeof AnswersQuery>;
type Owed = NonNullable<NonNullable<NonNullable<Data['comments']>['nodes']>[number]>;
type Group = NonNullable<Owed['group']>;

const outcomes = ['ACCEPTED', 'PARTLY_ACCEPTED', 'REJECTED', 'OUT_OF_SCOPE'] as const;
type Fate = (typeof outcomes)[number];

// Where a facilitator says what became of comments: of many at once, and of a campaign as one.
export default function AnswersPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const isAll = search.get('show') === 'all';
  usePage(t('answers.title'));
  return (
    <Pages key={isAll ? 'all' : 'owed'}>
      {(after, further) => <Part id={id} isAll={isAll} after={after} further={further} />}
    </Pages>
  );
}

type Further = Parameters<Parameters<typeof Pages>[0]['children']>[1];

function Part({ id, isAll, after, further }: { id: string; isAll: boolean; after: string | null; further: Further }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({
    query: AnswersQuery,
    variables: { id, awaits: isAll ? null : true, after },
    requestPolicy: 'cache-and-network',
  });
  const again = () => ask({ requestPolicy: 'network-only' });
  return (
    <Answer result={result} again={again} bones={<Bones hasTitle lines={8} />}>
      {({ dialogue, comments }) => {
        if (!dialogue) return <Missing />;
        const nodes = (comments?.nodes ?? []).filter((one): one is Owed => one !== null && one.depth === 0);
        const { answered, total } = dialogue.responseRate;
        const list = <List key={after} id={id} nodes={nodes} isAll={isAll} again={again} />;
        if (after)
          return (
            <>
              {list}
              {further(comments?.pageInfo)}
            </>
          );
        return (
          <Page
            head={
              <>
                <Back to={`/dialogues/${id}`}>{dialogue.title}</Back>
                <h1 tabIndex={-1}>{t('answers.title')}</h1>
                <p className="lead">{t('answers.lead')}</p>
                <p className="meta">
                  {t('dialogue.responseRate', { answered, count: total })}{' '}
                  <Link href={isAll ? `/dialogues/${id}/answers` : `/dialogues/${id}/answers?show=all`}>
                    {t(isAll ? 'answers.showOwed' : 'answers.showAll')}
                  </Link>
                </p>
              </>
            }
          >
            {list}
            {further(comments?.pageInfo)}
          </Page>
        );
      }}
    </Answer>
  );
}

function List({ id, nodes, isAll, again }: { id: string; nodes: readonly Owed[]; isAll: boolean; again: () => void }) {
  const { t } = useTranslation();
  const [, dispose] = useMutation(DisposeComments);
  const [outcome, setOutcome] = useState<Fate>('ACCEPTED');
  const picks = usePicks(nodes.map((one) => one.id));
  const groups = [...new Map(nodes.flatMap(({ group }) => (group ? [[group.id, group] as const] : []))).values()];
  const barred = nodes.map((one) => can(one.viewerCan, 'COMMENT_DISPOSE')).find((one) => one && !one.allowed);
  if (nodes.length === 0) return <Empty>{t(isAll ? 'answers.noComments' : 'answers.none')}</Empty>;
  if (barred) return <Refusal refused={{ code: barred.code ?? 'STATE', values: barred.values }} what={t('answers.cannot')} />;
  return (
    <>
      {groups.length > 0 && (
        <Section title={t('answers.groups')}>
          {groups.map((group) => (
            <Campaign key={group.id} group={group} again={again} />
          ))}
        </Section>
      )}
      <Section title={t(isAll ? 'answers.shown' : 'answers.owed', { count: nodes.length })}>
        <Picks
          picks={picks}
          items={nodes.map((one) => ({ id: one.id, name: t('comment.title', { name: one.author.name }), show: <OwedOf comment={one} /> }))}
        />
        <div className="form">
          <Reason
            keep={`${id}.answers`}
            label={t('answers.reason')}
            hint={t('answers.reasonHint')}
            rows={3}
            more={<Outcome name="outcome" value={outcome} onChange={setOutcome} />}
            send={t('answers.send', { count: picks.picked.length })}
            done={t('answers.done')}
            failed={t('answers.refused')}
            act={(reason) => dispose({ input: { comments: picks.picked, outcome, reason } })}
            onDone={again}
          />
        </div>
      </Section>
    </>
  );
}

function Outcome({ name, value, onChange }: { name: string; value: Fate; onChange: (value: Fate) => void }) {
  const { t } = useTranslation();
  return (
    <Choice
      legend={t('answers.outcome')}
      name={name}
      value={value}
      onChange={onChange}
      options={outcomes.map((one) => ({ value: one, label: t(`fate.${one}`) }))}
    />
  );
}

function OwedOf({ comment }: { comment: Owed }) {
  const { t } = useTranslation();
  const { subject, group, disposition } = comment;
  return (
    <>
      <p className="line-meta">
        <Party party={comment.author} isPlain />
        <Link href={`/comments/${comment.id}`}>
          <When at={comment.createdAt} />
        </Link>
        {subject?.__typename === 'Proposal' && <span>{t('me.about', { title: subject.title })}</span>}
        {group && <span>{t('answers.inGroup', { count: group.size })}</span>}
        {disposition && <b>{t(`fate.${disposition.outcome}`)}</b>}
      </p>
      {comment.body && <Markdown text={comment.body} lang={comment.language} />}
    </>
  );
}

// A campaign is answered as one; what its texts change of the first one is shown in words.
function Campaign({ group, again }: { group: Group; again: () => void }) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<Fate>('ACCEPTED');
  const [, dispose] = useMutation(DisposeGroup);
  const [first, ...others] = group.texts ?? [];
  return (
    <article className="campaign">
      <h3>{t('answers.group', { count: group.size })}</h3>
      <p className="meta">{t('answers.groupOwed', { count: group.awaitDisposition })}</p>
      {first && (
        <blockquote>
          <Markdown text={first.text} />
        </blockquote>
      )}
      {others.length > 0 && (
        <details>
          <summary>{t('answers.otherTexts', { count: others.length })}</summary>
          {others.map((one, index) => (
            <div key={index} className="noted">
              <p className="meta">{t('answers.sayThis', { count: one.count })}</p>
              <Diff hunks={one.hunks} />
            </div>
          ))}
        </details>
      )}
      <details>
        <summary>{t('answers.answerGroup')}</summary>
        <Reason
          keep={`${group.id}.answers`}
          label={t('answers.reason')}
          hint={t('answers.reasonHint')}
          more={<Outcome name={`outcome-${group.id}`} value={outcome} onChange={setOutcome} />}
          send={t('answers.send', { count: group.size })}
          done={t('answers.done')}
          failed={t('answers.refused')}
          act={(reason) => dispose({ input: { id: group.id, outcome, reason } })}
          onDone={again}
        />
      </details>
    </article>
  );
}
