import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { useLocation } from 'wouter';

import type { Failed } from '#app/fragments';
import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { Button } from '#parts/Button';
import { FaultSummary, Field } from '#parts/Field';
import { Back, Page, Section } from '#parts/Layout';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Answer, Bones, Missing } from '#parts/States';
import { useFormat } from '#text/format';
import { useRefusal } from '#text/refusal';

import { OpenBallot, OpenBallotQuery, PreviewRollQuery } from './documents';
import { ruleOf, useRuleWords } from './rule';
import { TryRule } from './TryRule';
import './BallotPage.css';
import './OpenBallotPage.css';

type Data = ResultOf<typeof OpenBallotQuery>;
type Proposal = NonNullable<Data['proposal']>;
type Rule = NonNullable<Data['decisionRules']>['nodes'][number];

// Where a facilitator opens a ballot: what is lacking, the rule, who would have a seat, and the rule tried on counts.
export default function OpenBallotPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [result, again] = useQuery({ query: OpenBallotQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const proposal = result.data?.proposal;
  const permission = can(proposal?.viewerCan, 'BALLOT_OPEN');
  usePage(proposal ? t('opening.title') : undefined);
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })}>
      {(data) => {
        if (!proposal) return <Missing />;
        return (
          <Page
            head={
              <>
                <Back to={`/proposals/${id}`}>{proposal.title}</Back>
                <h1 tabIndex={-1}>{t('opening.title')}</h1>
                <p className="lead">{t('opening.lead')}</p>
              </>
            }
          >
            <Lacking missing={proposal.missingToOpenBallot} />
            {permission && !permission.allowed && (
              <Refusal refused={{ code: permission.code ?? 'STATE', values: permission.values }} what={t('opening.cannot')} />
            )}
            {permission?.allowed && proposal.missingToOpenBallot.length === 0 && (
              <Opening proposal={proposal} rules={data.decisionRules?.nodes ?? []} />
            )}
          </Page>
        );
      }}
    </Answer>
  );
}

function Lacking({ missing }: { missing: readonly Failed[] }) {
  const { t } = useTranslation();
  const refuse = useRefusal();
  if (missing.length === 0) return null;
  return (
    <Section title={t('opening.lacking')}>
      <ul className="rule">
        {missing.map((one, index) => {
          const { why, help } = refuse(one);
          return <li key={index}>{`${one.field?.join(' ') ?? ''} ${why} ${help}`}</li>;
        })}
      </ul>
    </Section>
  );
}

function Opening({ proposal, rules }: { proposal: Proposal; rules: readonly Rule[] }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const { sentences } = useRuleWords();
  const [, go] = useLocation();
  const [chosen, setChosen] = useState(
    rules.find(({ reference }) => reference.startsWith('plenary.five-chambers@'))?.id ?? rules[0]?.id ?? '',
  );
  const [closes, setCloses] = useState('');
  const [faults, setFaults] = useState<readonly Failed[]>([]);
  const [isLost, setIsLost] = useState(false);
  const [{ fetching }, open] = useMutation(OpenBallot);
  const key = useRef(crypto.randomUUID());
  const rule = rules.find(({ id }) => id === chosen);
  if (!rule) return null;
  const { ballot } = ruleOf(rule.document);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!closes) return setFaults([{ code: 'REQUIRED', field: ['closesAt'], values: null }]);
    const { data } = await open({
      input: { proposal: proposal.id, rule: rule.id, contentHash: proposal.contentHash, closesAt: new Date(closes).toISOString() },
      key: key.current,
    });
    key.current = crypto.randomUUID();
    setIsLost(!data);
    setFaults(data?.openBallot.userErrors ?? []);
    if (data?.openBallot.ballot) go(`/proposals/${proposal.id}/ballot`);
  };
  return (
    <>
      <Section title={t('rule.title')}>
        <div className="opening">
          <Field label={t('opening.choose')}>
            {(control) => (
              <select {...control} value={chosen} onChange={({ target }) => setChosen(target.value)}>
                {rules.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.title}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <ul className="rule">
            {sentences(ruleOf(rule.document)).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      </Section>
      <Section title={t('opening.roll')}>
        <Roll key={rule.id} rule={rule.id} dialogue={proposal.dialogue.id} />
      </Section>
      <Section title={t('opening.try')}>
        <TryRule key={rule.id} rule={rule.id} dialogue={proposal.dialogue.id} choices={ballot.choices} />
      </Section>
      <form className="opening casting" onSubmit={(event) => void submit(event)} noValidate>
        <FaultSummary faults={faults} fields={{ closesAt: 'closes' }} what={t('opening.refused')} />
        <Field
          id="closes"
          label={t('opening.closes')}
          hint={
            <>
              {t('opening.minDays', { count: ballot.minDays })}{' '}
              {proposal.dialogue.phase?.closesAt && t('opening.phase', { date: date(proposal.dialogue.phase.closesAt) })}
            </>
          }
        >
          {(control) => <input {...control} type="datetime-local" value={closes} onChange={({ target }) => setCloses(target.value)} />}
        </Field>
        <p>{t('opening.freezes', { number: proposal.version })}</p>
        <p>
          <Button type="submit" isBusy={fetching}>
            {t('opening.open')}
          </Button>
        </p>
        <div role="status">{isLost && <p className="alarm">{t('can.lost')}</p>}</div>
      </form>
    </>
  );
}

function Roll({ rule, dialogue }: { rule: string; dialogue: string }) {
  const { t } = useTranslation();
  const { group } = useRuleWords();
  const [result, again] = useQuery({ query: PreviewRollQuery, variables: { rule, dialogue } });
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={5} />}>
      {({ previewRoll: roll }) =>
        roll && (
          <div className="opening">
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('ballot.group')}</th>
                  <th scope="col">{t('ballot.seats')}</th>
                </tr>
              </thead>
              <tbody>
                {roll.leaves.map(({ leaf, listed, seats }) => (
                  <tr key={leaf}>
                    <th scope="row">{group(leaf)}</th>
                    <td>{listed ? t('opening.listed') : seats}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {roll.withoutSeat > 0 && <p>{t('ballot.withoutSeat', { count: roll.withoutSeat })}</p>}
            {roll.refusals.map((refusal) => (
              <p key={refusal} className="noted" lang="en">
                {refusal}
              </p>
            ))}
          </div>
        )
      }
    </Answer>
  );
}
