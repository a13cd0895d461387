import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import type { ResultOf } from '#app/graphql';
import { Asked } from '#parts/Asked';
import { useAct } from '#parts/act';
import { Clock } from '#parts/Clock';
import { Section } from '#parts/Layout';
import { can } from '#parts/permission';
import { Answer, Bones, Empty } from '#parts/States';
import { Tag } from '#parts/Tag';
import { useFormat } from '#text/format';

import { AcceptRisk, AddMitigation, AddRisk, RateRisk, RecordMitigation, RisksQuery, VerifyMitigation } from './documents';
import './Questions.css';

type Risk = NonNullable<NonNullable<ResultOf<typeof RisksQuery>['impactAssessment']>['risks']>['nodes'][number];
type Mitigation = NonNullable<Risk['mitigations']>['nodes'][number];

const sides = ['FIRM', 'REVIEWERS', 'CUSTOMERS'] as const;
const steps = [1, 2, 3, 4] as const;

// Risks are a table: how likely and severe each is to the firm, to reviewers and to customers, before and after what is done about it.
export function Risks({ id, mayAdd, again }: { id: string; mayAdd: boolean; again: () => void }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: RisksQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const refresh = () => {
    ask({ requestPolicy: 'network-only' });
    again();
  };
  return (
    <Section title={t('risk.title')} id="risks">
      <Answer result={result} again={refresh} bones={<Bones lines={5} />}>
        {({ impactAssessment }) => {
          const risks = [...(impactAssessment?.risks?.nodes ?? [])].sort((a, b) => a.number - b.number);
          return (
            <>
              {risks.length === 0 ? <Empty>{t('risk.none')}</Empty> : <Matrix risks={risks} />}
              {risks.map((risk) => (
                <OneRisk key={risk.id} risk={risk} refresh={refresh} />
              ))}
              {mayAdd && <Add id={id} refresh={refresh} />}
            </>
          );
        }}
      </Answer>
    </Section>
  );
}

function Matrix({ risks }: { risks: readonly Risk[] }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="scrolls" tabIndex={0} role="region" aria-label={t('risk.matrix')}>
        <table className="matrix">
          <thead>
            <tr>
              <th scope="col">{t('risk.risk')}</th>
              {sides.map((side) => (
                <th key={side} scope="col">
                  {t(`risk.side.${side}`)}
                </th>
              ))}
              <th scope="col">{t('risk.inherent')}</th>
              <th scope="col">{t('risk.residual')}</th>
            </tr>
          </thead>
          <tbody>
            {risks.map((risk) => (
              <tr key={risk.id}>
                <th scope="row">
                  <a href={`#${risk.id}`}>
                    {risk.number}. {risk.title ?? t('question.withheld')}
                  </a>
                </th>
                {sides.map((side) => (
                  <td key={side}>
                    <Rated rating={risk.ratings.find((one) => one.side === side)} />
                  </td>
                ))}
                <td>
                  <Grade grade={risk.inherent} />
                </td>
                <td>
                  <Grade grade={risk.residual} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="meta">{t('risk.scale')}</p>
    </>
  );
}

function Rated({ rating }: { rating: Risk['ratings'][number] | undefined }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  if (!rating || rating.n === 0) return <span className="soft">{t('risk.notRated')}</span>;
  return (
    <span className="grade">
      {number(rating.likelihoodHundredths / 100)} × {number(rating.severityHundredths / 100)}{' '}
      {rating.side !== 'FIRM' && <span className="meta">{t('risk.of', { count: rating.n })}</span>}
    </span>
  );
}

function Grade({ grade: { likelihood, severity, score, level } }: { grade: Risk['inherent'] }) {
  const { t } = useTranslation();
  return (
    <span className="grade">
      <b>{t(`risk.level.${level}`)}</b> {likelihood} × {severity} = {score}
    </span>
  );
}

function OneRisk({ risk, refresh }: { risk: Risk; refresh: () => void }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const rate = useAct(RateRisk);
  const accept = useAct(AcceptRisk);
  const plan = useAct(AddMitigation);
  const done = (data: unknown) => {
    if (data) refresh();
    return data;
  };
  const scale = (name: 'likelihood' | 'severity', label: string, value: number | undefined) => ({
    name,
    label,
    kind: 'select' as const,
    value: String(value ?? 2),
    options: steps.map((step) => ({ value: String(step), label: t(`risk.${name}.${step}`) })),
  });
  return (
    <article className="question" id={risk.id}>
      <h4>
        {risk.number}. {risk.title ?? t('question.withheld')}
      </h4>
      {risk.description && <p>{risk.description}</p>}
      <p className="meta">
        {t(`risk.treatment.${risk.treatment}`)}
        {risk.acceptedUntil && ` · ${t('risk.accepted', { date: date(risk.acceptedUntil) })} ${risk.acceptedBecause ?? ''}`}
      </p>
      {risk.mitigations && risk.mitigations.nodes.length > 0 && (
        <ul className="lines">
          {risk.mitigations.nodes.map((mitigation) => (
            <OneMitigation key={mitigation.id} mitigation={mitigation} refresh={refresh} />
          ))}
        </ul>
      )}
      <div className="risk-acts">
        {can(risk.viewerCan, 'RATING_GIVE')?.allowed && (
          <Asked
            id={`${risk.id}-rate`}
            summary={t(risk.viewerRating ? 'risk.rateAgain' : 'risk.rate')}
            wanted={[
              scale('likelihood', t('risk.howLikely'), risk.viewerRating?.likelihood),
              scale('severity', t('risk.howSevere'), risk.viewerRating?.severity),
            ]}
            submit={t('risk.giveRating')}
            refused={t('can.refused')}
            act={rate}
            run={({ likelihood, severity }) =>
              rate.run({ input: { risk: risk.id, likelihood: Number(likelihood), severity: Number(severity) } }).then(done)
            }
          />
        )}
        {can(risk.viewerCan, 'MITIGATION_ADD')?.allowed && (
          <Asked
            id={`${risk.id}-mitigate`}
            summary={t('mitigation.plan')}
            wanted={[
              { name: 'title', label: t('mitigation.what'), kind: 'line' },
              { name: 'description', label: t('mitigation.how') },
              { name: 'dueAt', label: t('mitigation.due'), kind: 'date' },
              {
                name: 'lowers',
                label: t('mitigation.lowers'),
                kind: 'select',
                options: [0, 1, 2, 3].map((n) => ({ value: String(n), label: t('mitigation.steps', { count: n }) })),
              },
            ]}
            submit={t('mitigation.add')}
            refused={t('can.refused')}
            act={plan}
            run={({ title = '', description, dueAt, lowers }) =>
              plan
                .run({
                  input: {
                    risk: risk.id,
                    title,
                    description: description || null,
                    dueAt: dueAt ? new Date(dueAt).toISOString() : null,
                    lowersLikelihood: Number(lowers),
                  },
                })
                .then(done)
            }
          />
        )}
        {can(risk.viewerCan, 'RISK_ACCEPT')?.allowed && (
          <Asked
            id={`${risk.id}-accept`}
            summary={t('risk.accept')}
            wanted={[
              { name: 'until', label: t('risk.acceptUntil'), kind: 'date' },
              { name: 'reason', label: t('reason.label'), hint: t('reason.public') },
            ]}
            submit={t('risk.accept')}
            refused={t('can.refused')}
            act={accept}
            run={({ until, reason = '' }) =>
              accept
                .run({ input: { id: risk.id, until: new Date(until || 0).toISOString(), reason, expectedRevision: risk.revision } })
                .then(done)
            }
          />
        )}
      </div>
    </article>
  );
}

const recorded = ['IN_PROGRESS', 'IMPLEMENTED', 'DROPPED'] as const;

function OneMitigation({ mitigation, refresh }: { mitigation: Mitigation; refresh: () => void }) {
  const { t } = useTranslation();
  const record = useAct(RecordMitigation);
  const verify = useAct(VerifyMitigation);
  const done = (data: unknown) => {
    if (data) refresh();
    return data;
  };
  const { id, title, description, dueAt, state, revision } = mitigation;
  const isOver = state === 'VERIFIED' || state === 'DROPPED';
  return (
    <li>
      <p>
        <b>{title ?? t('question.withheld')}</b> <Tag isFilled={state === 'VERIFIED'}>{t(`mitigation.state.${state}`)}</Tag>{' '}
        {dueAt && !isOver && <Clock due={dueAt} />}
      </p>
      {description && <p className="meta">{description}</p>}
      {can(mitigation.viewerCan, 'MITIGATION_RECORD')?.allowed && (
        <Asked
          id={`${id}-record`}
          summary={t('mitigation.record')}
          wanted={[
            {
              name: 'state',
              label: t('filter.state'),
              kind: 'select',
              options: recorded.map((value) => ({ value, label: t(`mitigation.state.${value}`) })),
            },
            { name: 'note', label: t('mitigation.done'), hint: t('reason.public') },
          ]}
          submit={t('mitigation.save')}
          refused={t('can.refused')}
          act={record}
          run={({ state: next, note }) =>
            record
              .run({
                input: { id, state: recorded.find((one) => one === next) ?? 'IN_PROGRESS', note: note || null, expectedRevision: revision },
              })
              .then(done)
          }
        />
      )}
      {can(mitigation.viewerCan, 'MITIGATION_VERIFY')?.allowed && (
        <Asked
          id={`${id}-verify`}
          summary={t('mitigation.verify')}
          wanted={[{ name: 'note', label: t('mitigation.verified'), hint: t('reason.public') }]}
          submit={t('mitigation.verify')}
          refused={t('can.refused')}
          act={verify}
          run={({ note = '' }) => verify.run({ input: { id, note, expectedRevision: revision } }).then(done)}
        />
      )}
    </li>
  );
}

const treatments = ['MITIGATE', 'AVOID', 'TRANSFER', 'ACCEPT'] as const;

function Add({ id, refresh }: { id: string; refresh: () => void }) {
  const { t } = useTranslation();
  const add = useAct(AddRisk);
  const scale = (name: 'likelihood' | 'severity', label: string) => ({
    name,
    label,
    kind: 'select' as const,
    options: steps.map((step) => ({ value: String(step), label: t(`risk.${name}.${step}`) })),
  });
  return (
    <Asked
      id={`${id}-risk`}
      summary={t('risk.add')}
      wanted={[
        { name: 'title', label: t('risk.what'), kind: 'line' },
        { name: 'description', label: t('risk.describe') },
        scale('likelihood', t('risk.howLikely')),
        scale('severity', t('risk.howSevere')),
        {
          name: 'treatment',
          label: t('risk.treat'),
          kind: 'select',
          options: treatments.map((value) => ({ value, label: t(`risk.treatment.${value}`) })),
        },
      ]}
      submit={t('risk.add')}
      refused={t('can.refused')}
      act={add}
      run={async ({ title = '', description, likelihood, severity, treatment }) => {
        const done = await add.run({
          input: {
            assessment: id,
            title,
            description: description || null,
            likelihood: Number(likelihood),
            severity: Number(severity),
            treatment: treatments.find((one) => one === treatment) ?? 'MITIGATE',
          },
        });
        if (done) refresh();
        return done;
      }}
    />
  );
}
