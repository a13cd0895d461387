import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { Link } from 'wouter';

import { useAll } from '#app/all';
import type { Party as Someone } from '#app/fragments';
import type { ResultOf } from '#app/graphql';
import { useHere, usePage } from '#app/page';
import { useSession } from '#app/session';
import { Button } from '#parts/Button';
import { Clock } from '#parts/Clock';
import { Choice, Field } from '#parts/Field';
import { Back, Facts, Page, Section } from '#parts/Layout';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Answer, Failure, Missing } from '#parts/States';
import { Tag, Tags } from '#parts/Tag';
import type { Refused } from '#text/refusal';

import { BallotQuery, CastBallot, RollQuery } from './documents';
import { NotVoting } from './Hands';
import { freshNonce, papersFor } from './receipt';
import { TheRoll } from './TheRoll';
import { ruleOf, useRuleWords } from './rule';
import './BallotPage.css';

export type Ballot = NonNullable<NonNullable<ResultOf<typeof BallotQuery>['proposal']>['ballots']>['nodes'][number];

// The ballot on a proposal: the rule, what my paper weighs, what becomes public, the choice, and the receipt. Neither a choice nor a nonce
// is kept on the device.
export default function BallotPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: BallotQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const again = () => ask({ requestPolicy: 'network-only' });
  const proposal = result.data?.proposal;
  const ballot = proposal?.ballots?.nodes[0];
  usePage(proposal ? t('ballot.title', { title: proposal.title }) : undefined);
  return (
    <Answer result={result} again={again}>
      {() => {
        if (!proposal || !ballot) return <Missing />;
        return (
          <Page
            head={
              <>
                <Back to={`/proposals/${id}`}>{proposal.title}</Back>
                <Tags>
                  <Tag>{t(`ballot.secrecy.${ballot.secrecy}`)}</Tag>
                  <Tag isFilled={ballot.state === 'OPEN'}>{t(`ballot.state.${ballot.state}`)}</Tag>
                  {ballot.state === 'OPEN' && <Clock due={ballot.closesAt} isOver={false} />}
                </Tags>
                <h1 tabIndex={-1}>{t('ballot.heading')}</h1>
                <p className="lead" lang={proposal.language}>
                  {proposal.title}
                </p>
                <p className="meta">
                  <Link href={`/proposals/${id}/versions/1..${ballot.version}`}>{t('ballot.onVersion', { number: ballot.version })}</Link>
                </p>
              </>
            }
            isAsideLast
            aside={<Standing ballot={ballot} />}
          >
            <TheRule ballot={ballot} />
            {ballot.state === 'OPEN' ? <Paper ballot={ballot} again={again} /> : <Closed ballot={ballot} proposal={id} />}
            <TheRoll ballot={ballot} />
          </Page>
        );
      }}
    </Answer>
  );
}

function TheRule({ ballot: { rule } }: { ballot: Ballot }) {
  const { t } = useTranslation();
  const { sentences } = useRuleWords();
  return (
    <Section title={t('rule.title')}>
      <p className="rule-name">
        <b>{rule.title}</b> <span className="meta">{rule.reference}</span>
      </p>
      <ul className="rule">
        {sentences(ruleOf(rule.document)).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {rule.source && <p className="meta">{t('rule.source', { source: rule.source })}</p>}
    </Section>
  );
}

function Standing({ ballot }: { ballot: Ballot }) {
  const { t } = useTranslation();
  const { group } = useRuleWords();
  return (
    <section className="stack">
      <h2>{t('ballot.turnout')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('ballot.group')}</th>
            <th scope="col">{t('ballot.seats')}</th>
            <th scope="col">{t('ballot.cast')}</th>
          </tr>
        </thead>
        <tbody>
          {ballot.turnout.map(({ leaf, eligible, cast }) => (
            <tr key={leaf}>
              <th scope="row">{group(leaf)}</th>
              <td>{eligible}</td>
              <td>{ballot.state !== 'OPEN' ? cast : cast === 0 ? t('ballot.few') : t('ballot.atLeast', { count: cast })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="meta">{ballot.state === 'OPEN' ? t('ballot.noCount') : null}</p>
      {ballot.withoutSeat > 0 && <p className="meta">{t('ballot.withoutSeat', { count: ballot.withoutSeat })}</p>}
    </section>
  );
}

function Closed({ ballot, proposal }: { ballot: Ballot; proposal: string }) {
  const { t } = useTranslation();
  return (
    <p className="noted">
      {ballot.state === 'COUNTED' ? (
        <Link href={`/proposals/${proposal}/result`}>{t('ballot.seeResult')}</Link>
      ) : (
        <>
          {t('ballot.wasVoid')} {ballot.stateReason}
        </>
      )}
    </p>
  );
}

function Paper({ ballot, again }: { ballot: Ballot; again: () => void }) {
  const { t } = useTranslation();
  const { viewer } = useSession();
  const here = useHere();
  const seat = ballot.viewerSeat;
  const permission = can(ballot.viewerCan, 'BALLOT_CAST');
  if (!viewer) {
    return (
      <Section title={t('ballot.paper')}>
        <p className="noted">
          {t('ballot.signIn')} <Link href={`/sign-in?back=${encodeURIComponent(here)}`}>{t('bar.signIn')}</Link>
        </p>
      </Section>
    );
  }
  return (
    <Section title={t('ballot.paper')}>
      {seat && !seat.recused && <Weighs ballot={ballot} seat={seat} />}
      {seat?.recused ? (
        <p className="noted">{t('hands.recused')}</p>
      ) : permission?.allowed && seat ? (
        <Papers ballot={ballot} seat={seat} again={again} />
      ) : (
        <Refusal refused={{ code: permission?.code ?? 'NOT_SEATED', values: permission?.values }} what={t('ballot.cannot')} />
      )}
      {seat && <NotVoting ballot={ballot} seat={seat} />}
    </Section>
  );
}

export type Seat = NonNullable<Ballot['viewerSeat']>;

function Weighs({ ballot, seat }: { ballot: Ballot; seat: Seat }) {
  const { t } = useTranslation();
  const { group, choice } = useRuleWords();
  const seats = ballot.turnout.find(({ leaf }) => leaf === seat.leaf)?.eligible ?? 1;
  const rule = ruleOf(ballot.rule.document).ballot;
  return (
    <ul className="rule">
      <li>{t('ballot.weighs', { weight: seat.weight, group: group(seat.leaf), count: seats })}</li>
      <li>{ballot.secrecy === 'SECRET' ? t('ballot.publicSecret') : t(`ballot.public.${rule.reveal}`)}</li>
      {ballot.secrecy === 'SECRET' && <li>{t('ballot.floor', { count: rule.secrecyFloor ?? 5, group: group(seat.leaf) })}</li>}
      {seat.revision > 0 && (
        <li>
          {seat.choice
            ? t('ballot.hasCast', { choice: choice(seat.choice), count: seat.revision })
            : t('ballot.hasCastSecret', { count: seat.revision })}
        </li>
      )}
      {seat.castBy && (
        <li>
          {t('ballot.castBy')} <Party party={seat.castBy} />
        </li>
      )}
      {seat.holder && (
        <li>
          {t('ballot.holder')} <Party party={seat.holder} />
        </li>
      )}
    </ul>
  );
}

// Whose paper is cast: the party's own, or that of one that has put it into its hands.
function Papers({ ballot, seat, again }: { ballot: Ballot; seat: Seat; again: () => void }) {
  const { t } = useTranslation();
  const [whose, setWhose] = useState('own');
  const isAlone = seat.holdsFor.length === 0;
  const roll = useAll(RollQuery, (after) => ({ id: ballot.id, after }), (data) => data.ballot?.roll, isAlone);
  if (isAlone) return <Casting ballot={ballot} seat={seat} of={null} again={again} />;
  const held = roll.entries.map(({ party }) => party).filter(({ id }) => seat.holdsFor.includes(id));
  const of = held.find(({ id }) => id === whose) ?? null;
  return (
    <>
      <div className="text-block">
        <Choice
          legend={t('hands.whose')}
          name="whose-paper"
          value={of ? whose : 'own'}
          onChange={setWhose}
          options={[{ value: 'own', label: t('hands.own') }, ...held.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      </div>
      {roll.error && <Failure error={roll.error} again={roll.again} />}
      {of && <p className="text-block">{t('hands.castsFor', { name: of.name })}</p>}
      <Casting key={of?.id ?? 'own'} ballot={ballot} seat={seat} of={of} again={again} />
    </>
  );
}

type Stage = { at: 'choose' | 'check' } | { at: 'cast'; receipt: string; nonce: string | null; choice: string };

function Casting({ ballot, seat, of, again }: { ballot: Ballot; seat: Seat; of: Someone | null; again: () => void }) {
  const { t } = useTranslation();
  const { choice: word } = useRuleWords();
  const { ballot: rule } = ruleOf(ballot.rule.document);
  const [choice, setChoice] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [stage, setStage] = useState<Stage>({ at: 'choose' });
  const [refused, setRefused] = useState<Refused | null>(null);
  const [{ fetching, error }, cast] = useMutation(CastBallot);
  const needsReason = choice !== null && rule.reasonsFor.includes(choice);
  const isSecret = ballot.secrecy === 'SECRET';

  const toCheck = () => {
    if (!choice || (needsReason && !reason.trim())) return setRefused({ code: 'REQUIRED' });
    setRefused(null);
    setStage({ at: 'check' });
  };
  const send = async () => {
    if (!choice) return;
    const nonce = isSecret ? freshNonce() : null;
    const { data } = await cast({
      ballot: ballot.id,
      for: of?.id ?? null,
      choice,
      reason: isSecret ? null : reason.trim() || null,
      nonce,
      revision: of ? papersFor(ballot.id, of.id) : seat.revision,
    });
    if (!data) return;
    const { act } = data.castBallot;
    if (of && act?.seatRevision) papersFor(ballot.id, of.id, act.seatRevision);
    const [fault] = data.castBallot.userErrors;
    setRefused(fault ?? null);
    if (fault) {
      setStage({ at: 'choose' });
      return again();
    }
    setStage({ at: 'cast', receipt: data.castBallot.receipt ?? '', nonce, choice });
  };

  if (stage.at === 'cast') {
    return <Receipt stage={stage} ballot={ballot.id} of={of} onAgain={rule.changeable ? () => setStage({ at: 'choose' }) : undefined} />;
  }
  if (stage.at === 'check' && choice) {
    return (
      <div className="casting">
        <h3>{t('ballot.check')}</h3>
        <p className="chosen">{word(choice)}</p>
        {reason.trim() && !isSecret && <p>{reason}</p>}
        <p>{t(rule.changeable ? 'ballot.checkChangeable' : 'ballot.checkFinal')}</p>
        {error && <Failure error={error} />}
        <p className="line-meta">
          <Button isBusy={fetching} onClick={() => void send()}>
            {t('ballot.castNow')}
          </Button>
          <Button look="link" onClick={() => setStage({ at: 'choose' })}>
            {t('ballot.change')}
          </Button>
        </p>
      </div>
    );
  }
  return (
    <div className="casting">
      <Choice
        legend={t('ballot.yourChoice')}
        name="ballot-choice"
        value={choice}
        onChange={setChoice}
        options={rule.choices.map((value) => ({ value, label: word(value) }))}
      />
      {!isSecret && (
        <Field label={t(needsReason ? 'ballot.reasonNeeded' : 'ballot.reason')} hint={t('ballot.reasonHint')}>
          {(control) => <textarea {...control} rows={3} value={reason} onChange={({ target }) => setReason(target.value)} />}
        </Field>
      )}
      <div role="status">{refused && <Refusal refused={refused} what={t('ballot.refused')} />}</div>
      <p>
        <Button onClick={toCheck}>{t('ballot.toCheck')}</Button>
      </p>
      <p className="meta">{t('ballot.notKept')}</p>
    </div>
  );
}

interface ReceiptProps {
  stage: Extract<Stage, { at: 'cast' }>;
  ballot: string;
  of: Someone | null;
  onAgain: (() => void) | undefined;
}

function Receipt({ stage, ballot, of, onAgain }: ReceiptProps) {
  const { t } = useTranslation();
  const { choice } = useRuleWords();
  const save = () => {
    const url = URL.createObjectURL(new Blob([stage.receipt], { type: 'text/plain' }));
    Object.assign(document.createElement('a'), { href: url, download: `${ballot}-receipt.txt` }).click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="casting" role="status">
      <h3>{of ? t('hands.isCastFor', { name: of.name }) : t('ballot.isCast')}</h3>
      <p className="chosen">{choice(stage.choice)}</p>
      <p>{t('ballot.receipt')}</p>
      <p className="line-meta">
        <Button onClick={save}>{t('ballot.save')}</Button>
        {onAgain && (
          <Button look="link" onClick={onAgain}>
            {t('ballot.replace')}
          </Button>
        )}
      </p>
      {stage.nonce && <Facts rows={[[t('ballot.nonce'), <code key="nonce">{stage.nonce}</code>]]} />}
      <details className="hash">
        <summary>{t('ballot.showReceipt')}</summary>
        <pre className="note">{stage.receipt}</pre>
      </details>
    </div>
  );
}
