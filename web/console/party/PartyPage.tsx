import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { Assessments } from '#assessment/Assessments';
import { chamberClass, ChamberMark } from '#parts/ChamberMark';
import { Facts, Page, Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { Answer, Bones, Empty, Missing } from '#parts/States';
import { Tag } from '#parts/Tag';
import { PracticeEntry } from '#practice/PracticeEntry';
import { ProposalEntry } from '#proposal/ProposalEntry';
import { useFormat } from '#text/format';

import { PartyQuery, PartyWorkQuery } from './documents';
import './PartyPage.css';

type Someone = NonNullable<ResultOf<typeof PartyQuery>['stakeholder']>;

// The page of a party: who it is, what it does, and what it has proposed and promised.
export default function PartyPage({ handle = '' }: { handle?: string }) {
  const { t } = useTranslation();
  const [result, again] = useQuery({ query: PartyQuery, variables: { handle } });
  const party = result.data?.stakeholder;
  usePage(party?.name);
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })}>
      {() => {
        if (!party) return <Missing />;
        return (
          <Page
            head={
              <>
                <p className={`party-kind ${chamberClass[party.kind]}`}>
                  <ChamberMark kind={party.kind} /> {t(`chamber.${party.kind}`)}
                </p>
                <h1 tabIndex={-1}>{party.name}</h1>
                {party.status !== 'ACTIVE' && <p className="noted">{t(`party.status.${party.status}`)}</p>}
                {party.description && (
                  <div className="text-block">
                    <Markdown text={party.description} />
                  </div>
                )}
                <Known party={party} />
              </>
            }
          >
            {party.__typename === 'Firm' && (
              <>
                <Section title={t('practice.listTitle')}>
                  {party.practices?.nodes.length === 0 && <Empty>{t('practice.none')}</Empty>}
                  <ul className="entries">
                    {party.practices?.nodes.map((one) => (
                      <PracticeEntry key={one.id} practice={one} isOwn />
                    ))}
                  </ul>
                </Section>
                <Section title={t('assessment.listTitle')}>
                  <Assessments filter={{ firm: party.id }} none={t('assessment.ofFirm')} isOwn />
                </Section>
              </>
            )}
            <Work id={party.id} />
          </Page>
        );
      }}
    </Answer>
  );
}

function Known({ party }: { party: Someone }) {
  const { t } = useTranslation();
  const { date, list, region } = useFormat();
  return (
    <>
      <Facts
        rows={[
          party.__typename === 'Firm' && [t('party.sector'), party.sectorLabel ?? party.sectorCode],
          party.__typename === 'Firm' && [t('party.size'), party.sizeBand && t(`party.sizes.${party.sizeBand}`)],
          party.__typename === 'Firm' && [t('party.legalName'), party.legalName],
          party.__typename === 'Firm' && [t('party.register'), party.registrationNumber],
          party.__typename === 'Firm' && [
            t('party.website'),
            party.website && (
              <a href={party.website} rel="nofollow ugc noreferrer">
                {party.website.replace(/^https?:\/\//, '')}
              </a>
            ),
          ],
          party.__typename === 'Regulator' && [t('party.mandate'), party.mandate && t(`party.mandates.${party.mandate}`)],
          party.__typename === 'Regulator' && [t('party.law'), party.legalBasis],
          party.__typename === 'NGO' && [t('party.mission'), party.mission],
          party.__typename === 'NGO' && [t('party.focus'), list(party.focusAreas)],
          party.__typename === 'AcademicInstitution' && [t('party.disciplines'), list(party.disciplines)],
          [t('party.jurisdictions'), list(party.jurisdictions.map(region))],
          [t('party.since'), date(party.createdAt)],
        ]}
      />
      {party.ties?.nodes.map((tie) => (
        <p key={tie.id} className="noted">
          {t(`party.tie.${tie.kind}`)} <Party party={tie.about} />
        </p>
      ))}
    </>
  );
}

function Work({ id }: { id: string }) {
  const { t } = useTranslation();
  const [result, again] = useQuery({ query: PartyWorkQuery, variables: { id } });
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={3} />}>
      {({ proposals, commitments }) => (
        <>
          {commitments && commitments.nodes.length > 0 && (
            <Section title={t('commitment.listTitle')}>
              <ul className="lines text-block">
                {commitments.nodes.map(({ id: commitment, status, late, text }) => (
                  <li key={commitment}>
                    <Link href={`/commitments/${commitment}`}>{text?.title ?? t('commitment.untitled')}</Link>{' '}
                    <Tag isFilled={status === 'ON_TRACK'}>{t(`commitment.status.${status}`)}</Tag>{' '}
                    {late && <b className="alarm">{t('commitment.late')}</b>}
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <Section title={t('party.proposed')}>
            {proposals?.nodes.length === 0 && <Empty>{t('party.nothingProposed')}</Empty>}
            <ul className="entries">
              {proposals?.nodes.map((one) => (
                <ProposalEntry key={one.id} proposal={one} />
              ))}
            </ul>
          </Section>
        </>
      )}
    </Answer>
  );
}
