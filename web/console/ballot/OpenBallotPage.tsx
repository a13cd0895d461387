import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { Link, useLocation } from 'wouter';

import type { Failed, Party } from '#app/fragments';
import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { Button } from '#parts/Button';
import { FaultSummary, Field } from '#parts/Field';
import { Back, Page, Section } from '#parts/Layout';
import { Party as PartyName } from '#parts/Party';
import { can, isForOthers, standsFor } from '#parts/permission';
import { PickParty } from '#parts/PickParty';
import { Refusal } from '#parts/Refusal';
import { Answer, Bones, Empty, Missing } from '#parts/States';
import { useFormat } from '#text/format';
import { useRefusal } from '#text/refusal';

import { FindPartyQuery, OpenBallot, OpenBallotQuery, PreviewRollQuery } from './documents';
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
            {permission && !permission.allowed && (isForOthers(permission.code) || standsFor([permission])) ? (
              <Refusal refused={{ code: permission.code ?? 'STATE', values: permission.values }} what={t('opening.cannot')} />
            ) : (
              <Opening proposal={proposal} rules={data.decisionRules?.nodes ?? []} />
            )}
          </Page>
        );
      }}
    </Answer>
  );
}

type Counted = NonNullable<ResultOf<typeof PreviewRollQuery>['previewRoll']>;

// useLacking says what keeps the ballot from being opened: of the proposal, of the time, and of the roll under a rule.
function useLacking({ missingToOpenBallot, viewerCan, firm, dialogue }: Proposal, roll: Counted | null | undefined) {
  const { t } = useTranslation();
  const refuse = useRefusal();
  const permission = can(viewerCan, 'BALLOT_OPEN');
  const lacks = missingToOpenBallot.map((one) => {
    const [part] = (one.field?.join('.') ?? '').split('.');
    if (part === 'firm') return { say: t(firm ? 'opening.lacks.acceptance' : 'opening.lacks.firm') };
    if (part === 'supersedes') return { say: t(one.code === 'STATE' ? 'opening.lacks.replaced' : 'opening.lacks.contested') };
    if (part === 'assessment') return { say: t('opening.lacks.assessment'), to: '/assessments' };
    if (part === 'syntheses')
      return { say: t('desk.objections', { count: one.values?.actual ?? 1 }), to: `/dialogues/${dialogue.id}#heard` };
    return { say: refuse(one).why };
  });
  const barred =
    permission && !permission.allowed && permission.code && permission.code !== 'INCOMPLETE'
      ? [{ say: refuse({ code: permission.code, values: permission.values }).why }]
      : [];
  const ofRoll = (roll?.refusals ?? []).map((say) => ({ say, lang: 'en' }));
  return [...barred, ...lacks, ...ofRoll] as { say: string; to?: string; lang?: string }[];
}

function Lacking({ lacks }: { lacks: ReturnType<typeof useLacking> }) {
  const { t } = useTranslation();
  return (
    <Section title={t('opening.lacking')} id="lacking">
      {lacks.length === 0 ? (
        <p className="text-block">{t('opening.nothingLacks')}</p>
      ) : (
        <ul className="rule">
          {lacks.map(({ say, to, lang }) => (
            <li key={say} lang={lang}>
              {say} {to && <Link href={to}>{t('closing.go')}</Link>}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Opening({ proposal, rules }: { proposal: Proposal; rules: readonly Rule[] }) {
  const { t } = useTranslation();
  const { sentences } = useRuleWords();
  const [chosen, setChosen] = useState(
    rules.find(({ reference }) => reference.startsWith('plenary.five-chambers@'))?.id ?? rules[0]?.id ?? '',
  );
  const [parties, setParties] = useState<Listings>({});
  const rule = rules.find(({ id }) => id === chosen);
  const listed = Object.entries(parties).map(([leaf, list]) => ({ leaf, handles: list.map(({ handle }) => handle) }));
  const [result, again] = useQuery({
    query: PreviewRollQuery,
    variables: { rule: chosen, dialogue: proposal.dialogue.id, listed },
    pause: !rule,
  });
  const roll = result.data?.previewRoll;
  const lacks = useLacking(proposal, roll);
  if (!rule) return <Empty>{t('opening.noRule')}</Empty>;
  const document = ruleOf(rule.document);
  return (
    <>
      <Lacking lacks={lacks} />
      <Section title={t('rule.title')}>
        <div className="opening">
          <Field label={t('opening.choose')}>
            {(control) => (
              <select
                {...control}
                value={chosen}
                onChange={({ target }) => {
                  setChosen(target.value);
                  setParties({});
                }}
              >
                {rules.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.title}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <ul className="rule">
            {sentences(document).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      </Section>
      <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={5} />}>
        {({ previewRoll }) =>
          previewRoll && (
            <>
              <Section title={t('opening.roll')}>
                <Roll roll={previewRoll} parties={parties} onParties={setParties} />
              </Section>
              <Section title={t('opening.try')}>
                <TryRule
                  key={`${rule.id} ${previewRoll.leaves.map(({ seats }) => seats).join(' ')}`}
                  rule={rule.id}
                  document={document}
                  leaves={previewRoll.leaves}
                />
              </Section>
            </>
          )
        }
      </Answer>
      <Section title={t('opening.open')}>
        {lacks.length > 0 ? (
          <p className="text-block">
            {t('opening.notYet', { count: lacks.length })} <a href="#lacking">{t('can.lacking')}</a>
          </p>
        ) : (
          <Open proposal={proposal} rule={rule} minDays={document.ballot.minDays} listed={listed} />
        )}
      </Section>
    </>
  );
}

interface OpenProps {
  proposal: Proposal;
  rule: Rule;
  minDays: number;
  listed: { leaf: string; handles: string[] }[];
}

function Open({ proposal, rule, minDays, listed }: OpenProps) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const [, go] = useLocation();
  const [closes, setCloses] = useState('');
  const [faults, setFaults] = useState<readonly Failed[]>([]);
  const [isLost, setIsLost] = useState(false);
  const [{ fetching }, open] = useMutation(OpenBallot);
  const key = useRef(crypto.randomUUID());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!closes) return setFaults([{ code: 'REQUIRED', field: ['closesAt'], values: null }]);
    const { data } = await open({
      input: { proposal: proposal.id, rule: rule.id, contentHash: proposal.contentHash, closesAt: new Date(closes).toISOString(), listed },
      key: key.current,
    });
    key.current = crypto.randomUUID();
    setIsLost(!data);
    setFaults(data?.openBallot.userErrors ?? []);
    if (data?.openBallot.ballot) go(`/proposals/${proposal.id}/ballot`);
  };
  return (
    <form className="opening casting" onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary faults={faults} fields={{ closesAt: 'closes' }} what={t('opening.refused')} />
      <Field
        id="closes"
        label={t('opening.closes')}
        hint={
          <>
            {t('opening.minDays', { count: minDays })}{' '}
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
  );
}

type Listings = Record<string, readonly Party[]>;

function Roll({ roll, parties, onParties }: { roll: Counted; parties: Listings; onParties: (parties: Listings) => void }) {
  const { t } = useTranslation();
  const { group } = useRuleWords();
  return (
    <div className="opening">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('ballot.group')}</th>
            <th scope="col">{t('ballot.seats')}</th>
          </tr>
        </thead>
        <tbody>
          {roll.leaves.map(({ leaf, seats }) => (
            <tr key={leaf}>
              <th scope="row">{group(leaf)}</th>
              <td>{seats}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t('rule.whole')}</th>
            <td>{roll.seats}</td>
          </tr>
        </tbody>
      </table>
      {roll.withoutSeat > 0 && (
        <p>
          {t('ballot.withoutSeat', { count: roll.withoutSeat })} {t('opening.fitsNone')}
        </p>
      )}
      {roll.leaves
        .filter(({ listed }) => listed)
        .map(({ leaf }) => (
          <Listed
            key={leaf}
            label={t('opening.list', { group: group(leaf) })}
            parties={parties[leaf] ?? []}
            onChange={(list) => onParties({ ...parties, [leaf]: list })}
          />
        ))}
    </div>
  );
}

// The parties of a leaf that the convenor lists, each found by its name.
function Listed({ label, parties, onChange }: { label: string; parties: readonly Party[]; onChange: (parties: readonly Party[]) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [{ data, stale }] = useQuery({ query: FindPartyQuery, variables: { text } });
  const found = (data?.stakeholders?.nodes ?? []).filter(({ id }) => !parties.some((one) => one.id === id));
  const add = (id: string) => {
    const party = found.find((one) => one.id === id);
    if (party) onChange([...parties, party]);
  };
  return (
    <div className="stack">
      <PickParty label={label} hint={t('opening.listHint')} parties={found} isWhole={!stale} value={null} onChange={add} onText={setText} />
      <ul className="lines" role="status">
        {parties.map((party) => (
          <li key={party.id}>
            <PartyName party={party} />{' '}
            <Button look="link" onClick={() => onChange(parties.filter(({ id }) => id !== party.id))}>
              {t('attach.remove')} <span className="only-heard">{party.name}</span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
