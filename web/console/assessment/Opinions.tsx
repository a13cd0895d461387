import { useTranslation } from 'react-i18next';

import { Asked } from '#parts/Asked';
import { useAct } from '#parts/act';
import { Button } from '#parts/Button';
import { Outcome } from '#parts/Outcome';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { When } from '#parts/When';

import { GiveOpinion as Give, MarkOpinionRead, ReplyToOpinion } from './documents';
import type { Form } from './Questions';

type Opinion = NonNullable<Form['opinions']>['nodes'][number];

const looks = { SUPPORT: ' is-for', CONCERN: ' is-against', OBJECT: ' is-against', NO_POSITION: '' };

// Opinions are what parties think of a question or a risk, with what the firm answers.
export function Opinions({ opinions, refresh }: { opinions: readonly Opinion[]; refresh: () => void }) {
  const { t } = useTranslation();
  if (opinions.length === 0) return null;
  return (
    <ul className="lines" aria-label={t('assessment.opinions', { count: opinions.length })}>
      {opinions.map((opinion) => (
        <li key={opinion.id} className={`opinion${looks[opinion.stance]}`} id={opinion.id}>
          <p className="line-meta">
            <Party party={opinion.by} />
            <b>{t(`opinion.stance.${opinion.stance}`)}</b>
            <When at={opinion.createdAt} />
          </p>
          {opinion.text && <p>{opinion.text}</p>}
          {opinion.reply && <p className="soft">{t('opinion.reply', { reply: opinion.reply })}</p>}
          {opinion.state === 'READ' && <p className="meta">{t('opinion.read')}</p>}
          <Answering opinion={opinion} refresh={refresh} />
        </li>
      ))}
    </ul>
  );
}

function Answering({ opinion, refresh }: { opinion: Opinion; refresh: () => void }) {
  const { t } = useTranslation();
  const reply = useAct(ReplyToOpinion);
  const mark = useAct(MarkOpinionRead);
  const done = (data: unknown) => {
    if (data) refresh();
    return data;
  };
  const mayReply = can(opinion.viewerCan, 'OPINION_REPLY')?.allowed;
  const mayMark = can(opinion.viewerCan, 'OPINION_MARK_READ')?.allowed;
  if (!mayReply && !mayMark) return null;
  return (
    <>
      {mayReply && (
        <Asked
          id={`${opinion.id}-reply`}
          summary={t('opinion.doReply')}
          wanted={[{ name: 'reply', label: t('opinion.yourReply'), hint: t('opinion.replyHint') }]}
          submit={t('opinion.sendReply')}
          refused={t('can.refused')}
          act={reply}
          run={({ reply: text = '' }) =>
            reply.run({ input: { id: opinion.id, reply: text, expectedRevision: opinion.revision } }).then(done)
          }
        />
      )}
      {mayMark && (
        <p>
          <Button
            look="link"
            isBusy={mark.isBusy}
            onClick={() => void mark.run({ input: { id: opinion.id, expectedRevision: opinion.revision } }).then(done)}
          >
            {t('opinion.markRead')}
          </Button>
        </p>
      )}
      <Outcome act={mark} what={t('can.refused')} />
    </>
  );
}

const stances = ['SUPPORT', 'CONCERN', 'OBJECT', 'NO_POSITION'] as const;

interface GiveProps {
  assessment: string;
  about: { question: string } | { risk: string };
  refresh: () => void;
}

export function GiveOpinion({ assessment, about, refresh }: GiveProps) {
  const { t } = useTranslation();
  const give = useAct(Give);
  const run = async ({ stance, text }: Record<string, string>) => {
    const given = stances.find((one) => one === stance) ?? 'NO_POSITION';
    const done = await give.run({ input: { assessment, ...about, stance: given, text: text || null } });
    if (done) refresh();
    return done;
  };
  return (
    <Asked
      id={`${assessment}-opinion-${Object.values(about)[0]}`}
      summary={t('opinion.give')}
      wanted={[
        {
          name: 'stance',
          label: t('opinion.stanceLabel'),
          kind: 'select',
          options: stances.map((value) => ({ value, label: t(`opinion.stance.${value}`) })),
        },
        { name: 'text', label: t('opinion.why'), hint: t('opinion.whyHint') },
      ]}
      submit={t('opinion.publish')}
      refused={t('opinion.refused')}
      act={give}
      run={run}
    />
  );
}
