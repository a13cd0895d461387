// What was heard is written from everything that was said: more than a page of comments, and all that a sentence cited before.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { as, base, launch, ready, visit, whyNot } from './browser.js';

const said = 105;
const cited = 40;
let browser;
let dialogue;

const hour = 3_600_000;
const at = (distance) => new Date(Date.now() + distance).toISOString();

before(async () => {
  if (whyNot) return;
  browser = await launch();
  const facilitator = await as('facilitator@demo');
  const { stakeholders } = await facilitator('{ stakeholders(first: 100) { nodes { id } } }');
  const phase = { kind: 'CONSULTATION', opensAt: at(-hour), mayComment: true };
  const next = { kind: 'DELIBERATION', opensAt: at(3 * hour), mayComment: true };
  const { conveneDialogue } = await facilitator(
    'mutation($input: ConveneDialogueInput!) { conveneDialogue(input: $input) { dialogue { id } userErrors { code field message } } }',
    {
      input: {
        title: 'Many voices',
        visibility: 'INVITED',
        invite: stakeholders.nodes.map(({ id }) => id),
        phases: [{ ...phase, closesAt: at(hour) }, next],
      },
    },
  );
  dialogue = conveneDialogue.dialogue.id;
  await facilitator('mutation($id: ID!) { openDialogue(input: {id: $id}) { userErrors { code message } } }', { id: dialogue });
  const customer = await as('customer2@demo');
  const ids = [];
  for (let n = 1; n <= said; n++) {
    const { postComment } = await customer(
      'mutation($input: PostCommentInput!) { postComment(input: $input) { comment { id } userErrors { code } } }',
      { input: { subject: dialogue, body: `Voice ${n} of the night: ${Math.random().toString(36).slice(2)}.` } },
    );
    ids.push(postComment.comment.id);
  }
  const { revision } = (await facilitator('query($id: ID!) { dialogue(id: $id) { revision } }', { id: dialogue })).dialogue;
  await facilitator(
    'mutation($input: UpdateDialogueInput!) { updateDialogue(input: $input) { dialogue { id } userErrors { code field message } } }',
    { input: { id: dialogue, expectedRevision: revision, reason: 'Everything was said.', phases: [{ ...phase, closesAt: at(1000) }, next] } },
  );
  const read = 'query($id: ID!) { dialogue(id: $id) { phases { number endedAt } } }';
  for (let ended = null; !ended; ended = (await facilitator(read, { id: dialogue })).dialogue.phases[0].endedAt);
  await facilitator('mutation($input: PublishSynthesisInput!) { publishSynthesis(input: $input) { userErrors { code field message } } }', {
    input: { dialogue, phase: 1, sentences: [{ text: 'The night is long.', citations: ids.slice(0, cited) }] },
  });
});
after(() => browser?.close());

test('every comment can be cited, and every citation is there', { skip: whyNot }, async () => {
  const { page, faults, close } = await visit(browser, { person: 'facilitator@demo', width: 390 });
  await page.goto(`${base}/dialogues/${dialogue}/hear`);
  await ready(page);
  const cites = page.getByText(`Cites ${cited} comments`, { exact: true });
  await cites.waitFor();
  await page.getByText(`Cites ${cited} of ${said} comments.`).waitFor();
  await cites.press('Enter');
  await page.locator('.picks > li').nth(said - 1).waitFor(); // the list opens after the press
  assert.equal(await page.locator('.picks > li').count(), said);
  await page.locator('.picks > li', { hasText: `Voice ${said} of` }).getByRole('checkbox').press('Space');
  await page.getByText(`Cites ${cited + 1} of ${said} comments.`).waitFor();
  assert.deepEqual(faults, []);
  await close();
});
