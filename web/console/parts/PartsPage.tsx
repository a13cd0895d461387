// All parts in all their states, for the eye and for the pictures of tests. In development only.
import { CombinedError } from '@urql/core';
import { useState, type ReactNode } from 'react';

import type { Chamber, Party as Someone } from '#app/fragments';
import { usePage } from '#app/page';
import { Agreement } from '#charts/Agreement';
import { Bars } from '#charts/Bars';

import { Asked } from './Asked';
import { Button } from './Button';
import { CanNow } from './CanNow';
import { ChamberTally } from './ChamberTally';
import { Clock } from './Clock';
import { Diff } from './Diff';
import { Choice, FaultSummary, Field } from './Field';
import { Files } from './Files';
import { Entry, Facts } from './Layout';
import { Markdown } from './Markdown';
import { NewBelow } from './NewBelow';
import { Outcome } from './Outcome';
import { Party } from './Party';
import { PhaseBar } from './PhaseBar';
import { Refusal } from './Refusal';
import { Bones, Empty, Failure } from './States';
import { Tag, Tags } from './Tag';
import { Tally } from './Tally';
import { When } from './When';

const chambers: readonly Chamber[] = ['FIRM', 'CUSTOMER', 'REGULATOR', 'NGO', 'ACADEMIC_INSTITUTION'];
const someone = (kind: Chamber): Someone => ({
  __typename: 'Firm',
  id: kind,
  name: 'Northwind Mobility',
  handle: 'northwind-mobility',
  kind,
});

const phase = (
  number: number,
  kind: 'FRAMING' | 'PROPOSALS' | 'DECISION',
  opensAt: string,
  closesAt: string | null,
  beganAt: string | null,
  endedAt: string | null,
) => ({
  number,
  kind,
  opensAt,
  closesAt,
  beganAt,
  endedAt,
});

const markdown = `A paragraph with **strong** and *soft* words, \`code\`, a [link](https://example.org) and <b>no HTML</b>.

- one
- two

> Somebody said so.

| a | b |
|---|---|
| 1 | 2 |`;

export default function PartsPage() {
  usePage('Parts');
  const [stance, setStance] = useState<'a' | 'b' | null>('a');
  return (
    <>
      <h1 tabIndex={-1}>Parts</h1>
      <Of name="Party, ChamberMark">
        {chambers.map((kind) => (
          <p key={kind}>
            <Party party={someone(kind)} />
          </p>
        ))}
      </Of>
      <Of name="Tag">
        <Tags>
          <Tag>Guideline</Tag>
          <Tag isFilled>Open</Tag>
          <span>Version 2</span>
        </Tags>
      </Of>
      <Of name="When, Clock">
        <p>
          <When at="2020-03-01T09:30:00Z" />
        </p>
        <p>
          <Clock due="2020-03-01T09:30:00Z" />
        </p>
        <p>
          <Clock due="2099-03-01T09:30:00Z" />
        </p>
      </Of>
      <Of name="PhaseBar">
        <PhaseBar
          phases={[
            phase(1, 'FRAMING', '2020-01-01T00:00:00Z', '2020-02-01T00:00:00Z', '2020-01-01T00:00:00Z', '2020-02-01T00:00:00Z'),
            phase(2, 'PROPOSALS', '2020-02-01T00:00:00Z', null, '2020-02-01T00:00:00Z', null),
            phase(3, 'DECISION', '2099-02-01T00:00:00Z', '2099-03-01T00:00:00Z', null, null),
          ]}
        />
      </Of>
      <Of name="Button">
        <p className="line-meta">
          <Button>Post comment</Button>
          <Button look="quiet">Show more</Button>
          <Button look="link">Cancel</Button>
          <Button isBusy>Post comment</Button>
        </p>
      </Of>
      <Of name="Tally">
        <Tally agree={3} disagree={1} pass={1} />
        <Tally agree={5} disagree={0} pass={0} />
        <Tally agree={0} disagree={0} pass={0} />
      </Of>
      <Of name="ChamberTally">
        <ChamberTally
          rows={[
            { chamber: 'FIRM', agree: 12, disagree: 5, pass: null },
            { chamber: 'CUSTOMER', agree: 40, disagree: 8, pass: 6 },
          ]}
        />
      </Of>
      <Of name="Choice, Field">
        <Choice
          legend="Where do you stand?"
          name="stance"
          value={stance}
          onChange={setStance}
          options={[
            { value: 'a', label: 'In favour' },
            { value: 'b', label: 'Against' },
          ]}
        />
        <Field label="Your comment" hint="Markdown works.">
          {(control) => <textarea {...control} rows={3} />}
        </Field>
        <Field label="Title" fault="Something is still empty.">
          {(control) => <input {...control} />}
        </Field>
      </Of>
      <Of name="FaultSummary">
        <FaultSummary
          faults={[{ code: 'REQUIRED', field: ['body'], values: null }]}
          fields={{ body: 'x' }}
          what="Your comment was not posted."
        />
      </Of>
      <Of name="Refusal">
        <Refusal refused={{ code: 'SIGN_IN' }} what="You cannot comment now." />
        <Refusal refused={{ code: 'DIALOGUE_NOT_OPEN' }} what="You cannot comment now." />
      </Of>
      <Of name="CanNow">
        <CanNow
          steps={[{ can: { action: 'COMMENT_POST', allowed: true, code: null, values: null }, say: 'Say what you think', to: '#x' }]}
        />
      </Of>
      <Of name="Asked, Outcome">
        <Asked
          id="parts-asked"
          summary="Send it back for changes"
          wanted={[
            { name: 'reason', label: 'Reason', hint: 'It is published.' },
            { name: 'until', label: 'Until', kind: 'date' },
          ]}
          submit="Send it back"
          refused="This was not done."
          act={{ faults: [{ code: 'REQUIRED', field: ['reason'], values: null }], isLost: false, isBusy: false }}
          run={() => Promise.resolve(null)}
        />
        <Outcome act={{ faults: [{ code: 'STALE_REVISION', field: null, values: null }], isLost: true }} what="This was not done." />
      </Of>
      <Of name="NewBelow">
        <NewBelow count={3} show={() => {}} />
      </Of>
      <Of name="Diff">
        <Diff
          hunks={[
            { op: 'KEEP', text: 'The factor stays at or ' },
            { op: 'DELETE', text: 'around' },
            { op: 'INSERT', text: 'below' },
            { op: 'KEEP', text: ' 1.5.' },
          ]}
        />
      </Of>
      <Of name="Markdown">
        <Markdown text={markdown} />
      </Of>
      <Of name="Files">
        <Files files={[{ id: '1', name: 'Brief.pdf', mediaType: 'application/pdf', bytes: 52_000, url: '#' }]} />
      </Of>
      <Of name="Entry, Facts">
        <ul className="entries">
          <Entry title="A title" to="/parts" text="A sentence about it.">
            <Tag>Open</Tag>
          </Entry>
        </ul>
        <Facts
          rows={[
            ['Sector', 'Transport'],
            ['Here since', '1 March 2026'],
          ]}
        />
      </Of>
      <Of name="Figure">
        <Agreement
          comments={[3, 2, 1].map((agree) => ({
            id: `${agree}`,
            body: 'The last strike cost me a day’s pay in fares.',
            tally: { agree, disagree: 1, pass: 1, total: agree + 2 },
          }))}
        />
        <Bars
          title="What was chosen"
          finding="7 of 9 parties voted."
          first="Chamber"
          series={['For', 'Against']}
          rows={[
            { label: 'Firms', values: [2, 1], of: 3 },
            { label: 'Customers', values: [4, 0], of: 6 },
          ]}
          file="x"
        />
      </Of>
      <Of name="Bones, Empty, Failure">
        <Bones hasTitle />
        <Empty>Nobody has commented yet. The first comment can be yours.</Empty>
        <Failure again={() => {}} error={new CombinedError({ networkError: new Error('lost') })} />
      </Of>
    </>
  );
}

function Of({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className="section stack">
      <div className="section-head">
        <h2>{name}</h2>
      </div>
      {children}
    </section>
  );
}
