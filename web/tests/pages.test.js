// Every page of the table of routes: accessible, without a second scroll at 320 px, in both themes and both languages, and without faults.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { ask, base, launch, ready, visit, whyNot } from './browser.js';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

// The table is TypeScript with imports of pages: only its rows are read.
const table = readFileSync(new URL('../console/routes.ts', import.meta.url), 'utf8');
const row = /path: '([^']+)',\s*page: [^,]+,\s*persona: '(\w+)',\s*sample: \([^)]*\) => ([`'])(.*?)\3/g;
const routes = [...table.matchAll(row)].map(([, path, persona, , sample]) => ({ path, persona, sample }));

async function sampled() {
  const data = await ask(`{
    dialogues(first: 20, filter: {state: [OPEN]}) { nodes { id reference comments(first: 1) { nodes { id } } syntheses(first: 1) { nodes { id } } } }
    proposals(first: 50) { nodes { id state version dialogue { phase { mayBallot } } ballots(first: 1) { nodes { state } } } }
    practices(first: 1) { nodes { id firm { handle } } }
    guidelines(first: 1) { nodes { id } }
    commitments(first: 1) { nodes { id } }
    impactAssessments(first: 20) { nodes { id state } }
    assessmentTemplates(first: 20) { nodes { id reference } }
    assessmentCalls(first: 1) { nodes { id } }
  }`);
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
];

async function violations(page) {
  await page.evaluate(readFileSync(axe, 'utf8')); // by the protocol: the policy lets no page load it
  const { violations: found } = await page.evaluate(
    (runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] }),
    tags,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`);
}

test('the table of routes is read whole', () => {
  assert.equal(routes.length, [...table.matchAll(/ path: '/g)].length);
});

for (const { path, persona, sample } of routes) {
  for (const look of looks) {
    test(`${path}, ${Object.values(look).join(' ')}`, { skip: whyNot }, async (t) => {
      const address = sample.replace(/\$\{(\w+)\}/g, (_, name) => ids[name]);
      if (address.includes('undefined')) return t.skip('the example has nothing for it');
      const { page, faults, close } = await visit(browser, { ...look, person: persona === 'visitor' ? undefined : `${persona}@demo` });
      try {
        await page.goto(base + address);
        await ready(page);
        assert.equal(await page.locator('main h1').count(), 1, 'one h1');
        assert.notEqual(await page.title(), '', 'a title');
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(over <= 0, `scrolls sideways by ${over} px`);
        assert.deepEqual(await violations(page), []);
        if (new URL(page.url()).pathname === address.split('?')[0]) {
          await page.keyboard.press('Tab');
          const first = await page.evaluate(() => document.activeElement?.className);
          assert.equal(first, 'skip', 'the first stop of the keyboard leads to the content');
        }
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
