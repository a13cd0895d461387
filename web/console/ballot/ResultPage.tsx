import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { Bars } from '#charts/Bars';
import { Field } from '#parts/Field';
import { Back, Facts, Page, Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { Answer, Missing } from '#parts/States';
import { Tag, Tags } from '#parts/Tag';
import { useFormat } from '#text/format';

import { ResultQuery } from './documents';
import { Findings } from './Findings';
import { findPaper, readReceipt, type Finding } from './receipt';
import { ruleOf, useRuleWords } from './rule';
import './BallotPage.css';

type Data = ResultOf<typeof ResultQuery>;
type Ballot = NonNullable<NonNullable<Data['proposal']>['ballots']>['nodes'][number];
type Result = NonNullable<Ballot['result']>;

// The result of a ballot: what was decided and why, and how anybody counts it again.
export default function ResultPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const [answered, again] = useQuery({ query: ResultQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const proposal = answered.data?.proposal;
  const ballot = proposal?.ballots?.nodes.find(({ state }) => state !== 'OPEN') ?? proposal?.ballots?.nodes[0];
  usePage(proposal ? t('result.title', { title: proposal.title }) : undefined);
  return (
    <Answer result={answered} again={() => again({ requestPolicy: 'network-only' })}>
      {(data) => {
        if (!proposal || !ballot) return <Missing />;
        const { result } = ballot;
        return (
          <Page
            head={
              <>
                <Back to={`/proposals/${id}`}>{proposal.title}</Back>
                <Tags>
                  <Tag>{t(`ballot.secrecy.${ballot.secrecy}`)}</Tag>
                  <Tag isFilled={ballot.state === 'OPEN'}>{t(`ballot.state.${ballot.state}`)}</Tag>
                  <span>{t('ballot.onVersion', { number: ballot.version })}</span>
                </Tags>
                <h1 tabIndex={-1}>{result ? t(`ballot.outcome.${result.outcome}`) : t('result.heading')}</h1>
                <p className="lead" lang={proposal.language}>
                  {proposal.title}
                </p>
                {result && <Found result={result} ballot={ballot} />}
                {!result && ballot.state === 'OPEN' && (
                  <p className="noted">
                    {t('result.hidden', { date: date(ballot.closesAt) })} <Link href={`/proposals/${id}/ballot`}>{t('ballot.go')}</Link>
                  </p>
                )}
                {!result && ballot.state === 'VOID' && (
                  <p className="noted">
                    {t('ballot.wasVoid')} {ballot.stateReason}
                  </p>
                )}
                {ballot.answer && (
                  <div className="noted">
                    <p className="meta">{t('result.answer')}</p>
                    <Markdown text={ballot.answer} />
                  </div>
                )}
              </>
            }
            isAsideLast
            aside={
              <section className="stack">
                <h2>{t('guideline.about')}</h2>
                <Facts
                  rows={[
                    [t('result.counted'), ballot.countedAt && date(ballot.countedAt)],
                    [t('rule.title'), `${ballot.rule.title} (${ballot.rule.reference})`],
                    [t('result.seats'), ballot.seats],
                    [t('result.withoutSeat'), ballot.withoutSeat || null],
                  ]}
                />
              </section>
            }
          >
            {result && (
              <>
                <Tests result={result} ballot={ballot} />
                <Groups result={result} />
                <Recount ballot={ballot} keys={data.actLog?.keys ?? []} />
                <Papers ballot={ballot} />
                <Roll ballot={ballot} />
              </>
            )}
          </Page>
        );
      }}
    </Answer>
  );
}

// The finding in the reader's words: which conditions held, of how many.
function Found({ result, ballot }: { result: Result; ballot: Ballot }) {
  const { t } = useTranslation();
  const whole = result.groups.at(-1);
  const missed = [...result.quorum, ...result.tests].filter(({ holds }) => !holds).length;
  const asked = result.quorum.length + result.tests.length;
  return (
    <p className="finding">
      {t('result.finding', { cast: whole?.cast ?? 0, count: whole?.eligible ?? ballot.seats })}{' '}
      {missed === 0 ? t('result.allHeld', { count: asked }) : t('result.missed', { missed, count: asked })}
    </p>
  );
}

function Tests({ result, ballot }: { result: Result; ballot: Ballot }) {
  const { t } = useTranslation();
  const { sentences } = useRuleWords();
  const rule = ruleOf(ballot.rule.document);
  return (
    <Section title={t('result.tests')}>
      <Findings result={result} rule={rule} />
      <details className="text-block">
        <summary>{t('rule.inSentences')}</summary>
        <ul className="rule">
          {sentences(rule).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </details>
    </Section>
  );
}

function Groups({ result }: { result: Result }) {
  const { t } = useTranslation();
  const { group, choice } = useRuleWords();
  const names = result.groups[0]?.choices.map((one) => one.choice) ?? [];
  const whole = result.groups.at(-1);
  return (
    <Section title={t('result.byGroup')}>
      <Bars
        title={t('result.chosen')}
        finding={t('result.finding', { cast: whole?.cast ?? 0, count: whole?.eligible ?? 0 })}
        first={t('ballot.group')}
        series={names.map(choice)}
        rows={result.groups.map((one) => ({ label: group(one.key), values: one.choices.map(({ papers }) => papers), of: one.eligible }))}
        file="result"
      />
      {result.unopened.map(({ leaf, papers, lacking }) => (
        <p key={leaf} className="noted">
          {t('result.unopened', { count: papers, group: group(leaf), lacking })}
        </p>
      ))}
    </Section>
  );
}

function Recount({ ballot, keys }: { ballot: Ballot; keys: readonly string[] }) {
  const { t } = useTranslation();
  const key = keys.at(-1);
  return (
    <Section title={t('result.recount')}>
      <p className="text-block">{t('result.recountText')}</p>
      <Facts
        rows={[
          [
            t('result.file'),
            ballot.resultUrl && (
              <a href={ballot.resultUrl} download>
                {t('result.download')}
              </a>
            ),
          ],
          [t('result.key'), key && <code>{key}</code>],
          [t('result.command'), key && <code>{`plenary verify result FILE --key '${key}'`}</code>],
        ]}
      />
      <CheckMine ballot={ballot} />
    </Section>
  );
}

// CheckMine reads a saved receipt here, in the browser, and looks for its paper in the result.
function CheckMine({ ballot }: { ballot: Ballot }) {
  const { t } = useTranslation();
  const [finding, setFinding] = useState<Finding | 'unreadable' | 'failed' | null>(null);
  const check = async (file: File | undefined) => {
    if (!file || !ballot.resultUrl) return;
    const receipt = readReceipt(await file.text());
    if (!receipt) return setFinding('unreadable');
    const answer = await fetch(ballot.resultUrl, { credentials: 'omit' }).catch(() => null);
    setFinding(answer?.ok ? await findPaper(receipt, await answer.text(), ballot.id) : 'failed');
  };
  return (
    <div className="file-field text-block">
      <Field label={t('result.check')} hint={t('result.checkHint')}>
        {(control) => <input {...control} type="file" accept=".txt,text/plain" onChange={({ target }) => void check(target.files?.[0])} />}
      </Field>
      <p role="status">{finding && <b>{t(`result.checked.${finding}`)}</b>}</p>
    </div>
  );
}

function Papers({ ballot }: { ballot: Ballot }) {
  const { t } = useTranslation();
  const { group, choice } = useRuleWords();
  const papers = ballot.papers?.nodes ?? [];
  if (papers.length === 0) return null;
  return (
    <Section title={t('result.papers', { count: ballot.papers?.totalCount ?? papers.length })}>
      <div className="scrolls" tabIndex={0} role="region" aria-label={t('result.papers', { count: papers.length })}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t(ballot.secrecy === 'SECRET' ? 'result.tracker' : 'result.party')}</th>
              <th scope="col">{t('ballot.group')}</th>
              <th scope="col">{t('result.choice')}</th>
              <th scope="col">{t('result.reason')}</th>
            </tr>
          </thead>
          <tbody>
            {papers.map((paper, index) => (
              <tr key={paper.party?.id ?? paper.tracker ?? index}>
                <th scope="row">{paper.party ? <Party party={paper.party} /> : <code>{paper.tracker?.slice(0, 16)}…</code>}</th>
                <td>{group(paper.leaf)}</td>
                <td>{choice(paper.choice)}</td>
                <td>{paper.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Roll({ ballot }: { ballot: Ballot }) {
  const { t } = useTranslation();
  const { group } = useRuleWords();
  const seats = ballot.roll?.nodes ?? [];
  return (
    <Section title={t('result.roll', { count: ballot.roll?.totalCount ?? ballot.seats })}>
      <details className="text-block">
        <summary>{t('result.showRoll')}</summary>
        <table>
          <tbody>
            {seats.map((seat) => (
              <tr key={seat.party.id}>
                <th scope="row">
                  <Party party={seat.party} />
                </th>
                <td>{group(seat.leaf)}</td>
                <td>
                  {seat.recusal
                    ? t('result.recused', { reason: seat.recusal })
                    : seat.cast === null
                      ? ''
                      : t(seat.cast ? 'result.hasCast' : 'result.hasNotCast')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Section>
  );
}
