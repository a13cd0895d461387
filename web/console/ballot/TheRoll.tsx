import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useAll } from '#app/all';
import { useSession } from '#app/session';
import { useAct } from '#parts/act';
import { Asked } from '#parts/Asked';
import { Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { can, isForOthers } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Bones, Failure } from '#parts/States';
import { When } from '#parts/When';

import type { Ballot } from './BallotPage';
import { ObjectToRoll, RollQuery } from './documents';
import { useRuleWords } from './rule';

// The roll: who may cast a paper, what parties say against it, and where one says it.
export function TheRoll({ ballot }: { ballot: Ballot }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Section title={t('roll.title')} id="roll">
      <p className="text-block">
        {t('roll.seats', { count: ballot.seats })} {ballot.withoutSeat > 0 && t('ballot.withoutSeat', { count: ballot.withoutSeat })}
      </p>
      <details className="text-block" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
        <summary>{t('roll.show')}</summary>
        {isOpen && <Seats ballot={ballot} />}
      </details>
      {ballot.rollObjections.length > 0 && (
        <ul className="lines text-block">
          {ballot.rollObjections.map(({ party, text, createdAt }) => (
            <li key={party.id} className="response">
              <p className="line-meta">
                <Party party={party} /> {t('roll.objects')} <When at={createdAt} />
              </p>
              {text === null ? <p className="soft">{t('roll.erased')}</p> : <Markdown text={text} />}
            </li>
          ))}
        </ul>
      )}
      <ObjectTo ballot={ballot} />
    </Section>
  );
}

function Seats({ ballot: { id } }: { ballot: Ballot }) {
  const { t } = useTranslation();
  const { group } = useRuleWords();
  const roll = useAll(RollQuery, (after) => ({ id, after }), (data) => data.ballot?.roll);
  if (roll.error) return <Failure error={roll.error} again={roll.again} />;
  if (!roll.isWhole) return <Bones lines={4} />;
  const leaves = [...new Set(roll.entries.map(({ leaf }) => leaf))];
  return (
    <div className="scrolls" tabIndex={0} role="region" aria-label={t('roll.title')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('roll.party')}</th>
            <th scope="col">{t('ballot.group')}</th>
          </tr>
        </thead>
        <tbody>
          {leaves.flatMap((leaf) =>
            roll.entries
              .filter((one) => one.leaf === leaf)
              .map(({ party, recusal }) => (
                <tr key={party.id}>
                  <th scope="row">
                    <Party party={party} />
                    {recusal !== null && <p className="soft">{t('roll.recused', { reason: recusal })}</p>}
                  </th>
                  <td>{group(leaf)}</td>
                </tr>
              )),
          )}
        </tbody>
      </table>
    </div>
  );
}

function ObjectTo({ ballot }: { ballot: Ballot }) {
  const { t } = useTranslation();
  const { viewer } = useSession();
  const object = useAct(ObjectToRoll);
  const [isDone, setIsDone] = useState(false);
  const permission = can(ballot.viewerCan, 'BALLOT_OBJECT');
  const has = ballot.rollObjections.some(({ party }) => party.id === viewer?.party?.id);
  if (ballot.state !== 'OPEN' || !viewer || !permission) return null;
  if (has || isDone)
    return (
      <div role="status" className="text-block">
        <p className="meta">{t('roll.objected')}</p>
      </div>
    );
  if (!permission.allowed) {
    if (isForOthers(permission.code)) return null;
    return <Refusal refused={{ code: permission.code ?? 'STATE', values: permission.values }} what={t('roll.cannot')} />;
  }
  return (
    <div className="text-block">
      <Asked
        id={`${ballot.id}-object`}
        summary={t('roll.object')}
        wanted={[{ name: 'text', label: t('roll.what'), hint: t('roll.hint') }]}
        submit={t('roll.send')}
        refused={t('roll.refused')}
        act={object}
        run={async ({ text = '' }) => {
          const done = await object.run({ input: { id: ballot.id, text } });
          if (done) setIsDone(true);
          return done;
        }}
      />
    </div>
  );
}
