// Every page of the table of routes: accessible, without a second scroll at 320 px, in both themes and both languages, and without faults.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { act, ask, base, launch, ready, visit, whyNot } from './browser.js';
import { proposed } from './stage.js';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

// The table is TypeScript with imports of pages: only its rows are read.
const table = readFileSync(new URL('../console/routes.ts', import.meta.url), 'utf8');
const row = /path: '([^']+)',\s*page: [^,]+,\s*persona: '(\w+)',\s*sample: \([^)]*\) => ([`'])(.*?)\3/g;
const routes = [...table.matchAll(row)].map(([, path, persona, , sample]) => ({ path, persona, sample }));

// prepared makes what pages are about and the example has not: a call of the regulator, and a proposal that waits for a ballot.
async function prepared({ dialogues, assessmentCalls, proposals }) {
  if (assessmentCalls.nodes.length === 0) {
    const dueAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
    await act('regulator@demo', 'openCall', { templateKey: 'experience-screening', reason: 'Prices at night', dueAt }, 'act { id }');
  }
  const deciding = dialogues.nodes.find(({ phase }) => phase?.mayBallot);
  if (proposals.nodes.some(({ state, dialogue }) => state === 'OPEN' && dialogue.phase?.mayBallot)) return;
  await proposed(deciding.id, 'Say how long a fare holds');
}

async function sampled() {
  await prepared(await known());
  return named(await known());
}

const known = () =>
  ask(`{
    dialogues(first: 20, filter: {state: [OPEN]}) {
      nodes { id reference phase { mayBallot } comments(first: 1) { nodes { id } } syntheses(first: 1) { nodes { id } } }
    }
    proposals(first: 50) { nodes { id state version dialogue { phase { mayBallot } } ballots(first: 1) { nodes { state } } } }
    practices(first: 1) { nodes { id firm { handle } } }
    guidelines(first: 1) { nodes { id } }
    commitments(first: 1) { nodes { id } }
    impactAssessments(first: 20) { nodes { id state } }
    assessmentTemplates(first: 20) { nodes { id reference } }
    assessmentCalls(first: 1) { nodes { id } }
  }`);

function named(data) {
  const dialogue = data.dialogues.nodes.find((one) => one.comments.nodes.length > 0);
  const balloted = (state) => data.proposals.nodes.find(({ ballots }) => ballots.nodes[0]?.state === state)?.id;
  return {
    dialogue: dialogue.id,
    heard: data.dialogues.nodes.find(({ syntheses }) => syntheses.nodes.length > 0)?.id,
    reference: dialogue.reference,
    comment: dialogue.comments.nodes[0].id,
    proposal: data.proposals.nodes.find(({ version }) => version > 1)?.id,
    practice: data.practices.nodes[0].id,
    party: data.practices.nodes[0].firm.handle,
    balloted: balloted('OPEN'),
    openable: data.proposals.nodes.find(({ state, dialogue: { phase } }) => state === 'OPEN' && phase?.mayBallot)?.id,
    decided: balloted('COUNTED'),
    guideline: data.guidelines.nodes[0]?.id,
    commitment: data.commitments.nodes[0]?.id,
    assessment: data.impactAssessments.nodes.find(({ state }) => state === 'PUBLISHED')?.id,
    template: data.assessmentTemplates.nodes.find(({ reference }) => reference.startsWith('ethical-customer-experience@'))?.id,
    call: data.assessmentCalls.nodes[0]?.id,
  };
}

let browser;
let ids;
before(async () => {
  if (whyNot) return;
  browser = await launch();
  ids = await sampled();
});
after(() => browser?.close());

const looks = [
  { theme: 'light', language: 'en', width: 1280 },
  { theme: 'dark', language: 'fr', width: 320 },
  { theme: 'dark', language: 'en', width: 640, deviceScaleFactor: 2, forcedColors: 'active' }, // 1280 px at 200 %
];

async function violations(page, { forcedColors }) {
  await page.evaluate(readFileSync(axe, 'utf8')); // by the protocol: the policy lets no page load it
  const rules = { 'color-contrast': { enabled: !forcedColors } }; // there the reader's colours stand in place of ours
  const { violations: found } = await page.evaluate(
    (options) => globalThis.axe.run(document, { ...options, resultTypes: ['violations'] }),
    { runOnly: tags, rules },
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`);
}

// unreached lists the controls that the keyboard alone does not come to, or does not show that it came to.
async function unreached(page) {
  const count = await page.evaluate(() => {
    document.activeElement?.blur();
    const wanted = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    const radios = new Set();
    globalThis.controls = [...document.querySelectorAll(wanted)].filter((one) => {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.tabIndex < 0) return false;
      if (one.type !== 'radio') return true;
      const group = `${one.form?.id} ${one.name}`;
      const reached = one.checked || !radios.has(group); // the arrow keys lead to the others
      if (reached) radios.add(group);
      return reached && (one.checked || ![...document.getElementsByName(one.name)].some(({ checked }) => checked));
    });
    globalThis.reached = new Map();
    return globalThis.controls.length;
  });
  let left = count;
  for (let i = 0; left > 0 && i < 4 * count + 20; i += 1) { // a field of a date has several stops
    await page.keyboard.press('Tab');
    left = await page.evaluate(() => {
      const one = document.activeElement;
      const missing = () => globalThis.controls.filter((control) => globalThis.reached.get(control) !== 'reached').length;
      if (!one || one === document.body || globalThis.reached.get(one) === 'reached') return missing();
      const shown = getComputedStyle(one.type === 'radio' || one.type === 'checkbox' ? (one.closest('label') ?? one) : one);
      const own = getComputedStyle(one);
      const box = one.getBoundingClientRect();
      const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 10));
      const isCovered = box.width > 2 && at && !one.contains(at) && !at.contains(one);
      const isMarked = [shown, own].some(({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none');
      globalThis.reached.set(one, isCovered ? 'covered' : isMarked ? 'reached' : 'not marked');
      return missing();
    });
  }
  return page.evaluate(() =>
    globalThis.controls
      .map((one) => [globalThis.reached.get(one) ?? 'not reached', one.outerHTML.slice(0, 120)])
      .filter(([how]) => how !== 'reached')
      .map((line) => line.join(': ')),
  );
}

test('the table of routes is read whole', () => {
  assert.equal(routes.length, [...table.matchAll(/ path: '/g)].length);
});

for (const { path, persona, sample } of routes) {
  for (const look of looks) {
    test(`${path}, ${Object.values(look).join(' ')}`, { skip: whyNot }, async () => {
      const address = sample.replace(/\$\{(\w+)\}/g, (_, name) => ids[name]);
      assert.doesNotMatch(address, /undefined/, 'the example, or what is prepared, has something for it');
      const { page, faults, close } = await visit(browser, { ...look, person: persona === 'visitor' ? undefined : `${persona}@demo` });
      try {
        await page.goto(base + address);
        await ready(page);
        assert.equal(await page.locator('main h1').count(), 1, 'one h1');
        assert.notEqual(await page.title(), '', 'a title');
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(over <= 0, `scrolls sideways by ${over} px`);
        assert.deepEqual(await violations(page, look), []);
        if (new URL(page.url()).pathname === address.split('?')[0]) {
          await page.keyboard.press('Tab');
          const first = await page.evaluate(() => document.activeElement?.className);
          assert.equal(first, 'skip', 'the first stop of the keyboard leads to the content');
        }
        if (look === looks[0]) assert.deepEqual(await unreached(page), []);
        assert.deepEqual(faults, []);
      } finally {
        await close();
      }
    });
  }
}

// What a page shows depends on who looks: it opens for each kind of viewer, if only to say why it is not for them.
for (const who of [...new Set(routes.map(({ persona }) => persona))]) {
  test(`every page opens for the ${who}`, { skip: whyNot }, async () => {
    const { page, faults, close } = await visit(browser, { person: who === 'visitor' ? undefined : `${who}@demo` });
    const shut = [];
    for (const { sample } of routes) {
      const address = sample.replace(/\$\{(\w+)\}/g, (_, name) => ids[name]);
      if (address.includes('undefined') || address.startsWith('/signed-in')) continue;
      await page.goto(base + address);
      await ready(page).catch(() => shut.push(address));
    }
    assert.deepEqual(shut, []);
    assert.deepEqual(faults, []);
    await close();
  });
}
