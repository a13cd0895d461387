import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Asked } from '#parts/Asked';
import { useAct } from '#parts/act';
import { Section } from '#parts/Layout';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Bones } from '#parts/States';
import { Tag } from '#parts/Tag';
import { When } from '#parts/When';
import { useFormat } from '#text/format';

import type { Assessment } from './AssessmentPage';
import { DeclareConflict, SignOff } from './documents';

const Appoint = lazy(() => import('./Appoint'));

const ranks = { I: 1, II: 2, III: 3, IV: 4 };

// Signatures say who has signed which hash, who is to sign, and what the level needs.
export function Signatures({ assessment, again }: { assessment: Assessment; again: () => void }) {
  const { t } = useTranslation();
  const { either } = useFormat();
  const { signers, signOffs, signOffsNeeded, score } = assessment;
  const needed = signOffsNeeded.filter(({ level }) => score.level && ranks[level] <= ranks[score.level]);
  const waiting = signers.filter(
    (signer) =>
      signer.state !== 'APPOINTED' ||
      !signOffs.some((one) => one.current && one.capacity === signer.capacity && one.by.id === signer.party.id),
  );
  return (
    <Section title={t('sign.title')} id="signatures">
      {needed.length > 0 && (
        <p className="meta text-block">
          {t('sign.needed', { level: score.level })}{' '}
          {needed.map(({ capacities, count }) => `${count} × ${either(capacities.map((one) => t(`capacity.${one}`)))}`).join(', ')}.
        </p>
      )}
      {signOffs.length > 0 && (
        <div className="scrolls" tabIndex={0} role="region" aria-label={t('sign.title')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('sign.who')}</th>
                <th scope="col">{t('sign.as')}</th>
                <th scope="col">{t('sign.when')}</th>
                <th scope="col">{t('sign.hash')}</th>
              </tr>
            </thead>
            <tbody>
              {signOffs.map((one, index) => (
                <tr key={index}>
                  <th scope="row">
                    <Party party={one.by} />
                    {one.reason && <p className="soft">{one.reason}</p>}
                  </th>
                  <td>{t(`capacity.${one.capacity}`)}</td>
                  <td>
                    <When at={one.at} />
                  </td>
                  <td>
                    <Tag isFilled={one.current}>{t(one.current ? 'sign.current' : 'sign.earlier', { number: one.version })}</Tag>{' '}
                    <code title={one.contentHash}>{one.contentHash.slice(0, 16)}…</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {waiting.length > 0 && (
        <ul className="lines text-block">
          {waiting.map((signer, index) => (
            <li key={index}>
              <Party party={signer.party} /> {t(`sign.state.${signer.state}`, { capacity: t(`capacity.${signer.capacity}`) })}{' '}
              {signer.reason && <span className="soft">{signer.reason}</span>}
            </li>
          ))}
        </ul>
      )}
      <div className="risk-acts">
        <Sign assessment={assessment} again={again} />
        <Appointing assessment={assessment} again={again} />
      </div>
    </Section>
  );
}

function Sign({ assessment, again }: { assessment: Assessment; again: () => void }) {
  const { t } = useTranslation();
  const sign = useAct(SignOff);
  const decline = useAct(DeclareConflict);
  const { id, contentHash, revision, viewerCan, signers } = assessment;
  const done = (data: unknown) => {
    if (data) again();
    return data;
  };
  const all = [...new Set([...signers.filter(({ state }) => state === 'APPOINTED').map(({ capacity }) => capacity), 'APPROVER' as const])];
  return (
    <>
      {can(viewerCan, 'ASSESSMENT_SIGN_OFF')?.allowed && contentHash && (
        <Asked
          id={`${id}-sign`}
          summary={t('can.ASSESSMENT_SIGN_OFF')}
          wanted={[
            {
              name: 'capacity',
              label: t('sign.as'),
              kind: 'select',
              hint: t('sign.what', { hash: contentHash.slice(0, 16) }),
              options: all.map((value) => ({ value, label: t(`capacity.${value}`) })),
            },
            { name: 'reason', label: t('sign.remark'), hint: t('reason.public') },
          ]}
          submit={t('sign.sign')}
          refused={t('can.refused')}
          act={sign}
          run={({ capacity, reason }) =>
            sign
              .run({
                input: {
                  id,
                  contentHash,
                  capacity: all.find((one) => one === capacity) ?? 'APPROVER',
                  reason: reason || null,
                  expectedRevision: revision,
                },
              })
              .then(done)
          }
        />
      )}
      {can(viewerCan, 'ASSESSMENT_DECLARE_CONFLICT')?.allowed && (
        <Asked
          id={`${id}-conflict`}
          summary={t('can.ASSESSMENT_DECLARE_CONFLICT')}
          wanted={[{ name: 'reason', label: t('reason.label'), hint: t('reason.public') }]}
          submit={t('can.ASSESSMENT_DECLARE_CONFLICT')}
          refused={t('can.refused')}
          act={decline}
          run={({ reason = '' }) => decline.run({ input: { id, reason, expectedRevision: revision } }).then(done)}
        />
      )}
    </>
  );
}

// Where one appoints; the form loads when it is opened, and closes when it is done.
function Appointing({ assessment, again }: { assessment: Assessment; again: () => void }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const details = useRef<HTMLDetailsElement>(null);
  if (!can(assessment.viewerCan, 'ASSESSMENT_APPOINT_SIGNER')?.allowed) return null;
  const done = () => {
    if (details.current) details.current.open = false;
    details.current?.querySelector('summary')?.focus();
    again();
  };
  return (
    <details className="asked" ref={details} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{t('can.ASSESSMENT_APPOINT_SIGNER')}</summary>
      {isOpen && (
        <Suspense fallback={<Bones lines={3} />}>
          <Appoint assessment={assessment} onDone={done} />
        </Suspense>
      )}
    </details>
  );
}
