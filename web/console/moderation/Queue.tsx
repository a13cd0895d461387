import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { Link } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { Choice } from '#parts/Field';
import { Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Pages } from '#parts/Pages';
import { Party } from '#parts/Party';
import { Picks, usePicks } from '#parts/Picks';
import { Reason } from '#parts/Reason';
import { Answer, Bones, Empty } from '#parts/States';
import { When } from '#parts/When';

import { DismissReports, HideComments, QueueQuery } from './documents';

type Waiting = NonNullable<NonNullable<NonNullable<ResultOf<typeof QueueQuery>['moderationQueue']>['nodes']>[number]>;

// What was reported and waits for a moderator: why it was reported stands before what was said.
export function Queue({ dialogue, onDone }: { dialogue: string | null; onDone: () => void }) {
  return <Pages>{(after, further) => <Part dialogue={dialogue} after={after} further={further} onDone={onDone} />}</Pages>;
}

interface PartProps {
  dialogue: string | null;
  after: string | null;
  further: Parameters<Parameters<typeof Pages>[0]['children']>[1];
  onDone: () => void;
}

function Part({ dialogue, after, further, onDone }: PartProps) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: QueueQuery, variables: { filter: { dialogue }, after }, requestPolicy: 'cache-and-network' });
  const again = () => {
    ask({ requestPolicy: 'network-only' });
    onDone();
  };
  return (
    <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })} bones={<Bones lines={4} />}>
      {({ moderationQueue: queue }) => {
        const nodes = (queue?.nodes ?? []).filter((one): one is Waiting => one !== null);
        return (
          <Section title={t('moderation.queue', { count: queue?.totalCount ?? nodes.length })}>
            {nodes.length === 0 ? <Empty>{t('moderation.queueEmpty')}</Empty> : <Deciding nodes={nodes} again={again} />}
            {further(queue?.pageInfo)}
          </Section>
        );
      }}
    </Answer>
  );
}

function Deciding({ nodes, again }: { nodes: readonly Waiting[]; again: () => void }) {
  const { t } = useTranslation();
  const [act, setAct] = useState<'hide' | 'dismiss'>('hide');
  const [, hide] = useMutation(HideComments);
  const [, dismiss] = useMutation(DismissReports);
  const picks = usePicks(nodes.map(({ id }) => id));
  const { picked } = picks;
  // Reports are dismissed one after the other; the first refusal ends it, and what is left stays chosen.
  const dismissAll = async (reason: string) => {
    if (picked.length === 0) return hide({ input: { comments: [], reason } });
    let last;
    for (const id of picked) {
      last = await dismiss({ input: { id, reason } });
      if (!last.data || last.data.dismissReports.userErrors.length > 0) break;
    }
    return last ?? {};
  };
  return (
    <>
      <Picks
        picks={picks}
        items={nodes.map((one) => ({ id: one.id, name: t('comment.title', { name: one.author.name }), show: <Reported comment={one} /> }))}
      />
      <div className="form">
        <Reason
          keep="moderation.queue"
          label={t('moderation.reason')}
          hint={t('moderation.reasonHint')}
          more={
            <Choice
              legend={t('moderation.decision')}
              name="decision"
              value={act}
              onChange={setAct}
              options={(['hide', 'dismiss'] as const).map((value) => ({ value, label: t(`moderation.${value}`) }))}
            />
          }
          preview={(reason) => act === 'hide' && reason && <Preview reason={reason} />}
          send={t(act === 'hide' ? 'moderation.hideThem' : 'moderation.dismissThem', { count: picked.length })}
          done={t('moderation.done')}
          failed={t('moderation.refused')}
          act={(reason) => (act === 'hide' ? hide({ input: { comments: picked, reason } }) : dismissAll(reason))}
          onDone={again}
        />
      </div>
    </>
  );
}

function Preview({ reason }: { reason: string }) {
  const { t } = useTranslation();
  return (
    <div className="preview">
      <p className="meta">{t('moderation.othersSee')}</p>
      <p className="soft">{t('comment.hidden')}</p>
      <p>{t('comment.hiddenBecause', { reason })}</p>
    </div>
  );
}

function Reported({ comment }: { comment: Waiting }) {
  const { t } = useTranslation();
  const { subject, reports } = comment;
  return (
    <>
      <p className="meta">{t('moderation.reports', { count: reports?.totalCount ?? 0 })}</p>
      <ul className="lines">
        {reports?.nodes.map((report) => (
          <li key={report.id}>
            {report.reason ?? t('comment.gone')}{' '}
            <span className="meta">
              <Party party={report.by} isPlain /> <When at={report.createdAt} />
            </span>
          </li>
        ))}
      </ul>
      <div className="preview">
        <p className="line-meta">
          <Party party={comment.author} isPlain />
          <Link href={`/comments/${comment.id}`}>
            <When at={comment.createdAt} />
          </Link>
          {subject && 'title' in subject && <span>{t('me.about', { title: subject.title })}</span>}
        </p>
        {comment.body && <Markdown text={comment.body} lang={comment.language} />}
      </div>
    </>
  );
}
