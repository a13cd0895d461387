// A proposal's way to everybody: a customer drafts and submits it, a facilitator takes it up and opens it, and another party wants other words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ask, base, launch, ready, visit, whyNot } from './browser.js';

let browser;
let dialogue;
before(async () => {
  if (whyNot) return;
  browser = await launch();
  const data = await ask(`{ dialogues(first: 20, filter: {state: [OPEN]}) { nodes { id phase { mayPropose mayAmend } } } }`);
  const open = data.dialogues.nodes.filter(({ phase }) => phase?.mayPropose);
  dialogue = open.find(({ phase }) => phase.mayAmend) ?? open[0];
});
after(() => browser?.close());

test('a draft becomes a proposal that others amend', { skip: whyNot }, async (t) => {
  if (!dialogue) return t.skip('the example has no dialogue that takes proposals');
  const title = `No prices by battery ${Math.random().toString(36).slice(2, 7)}`;
  const customer = await visit(browser, { person: 'customer2@demo' });
  await customer.page.goto(`${base}/dialogues/${dialogue.id}`);
  await ready(customer.page);
  await customer.page.getByRole('link', { name: 'Propose something' }).click();
  await customer.page.getByRole('heading', { name: 'Propose something' }).waitFor();
  await customer.page.getByRole('button', { name: 'Save the draft' }).click();
  await customer.page.locator('.fault-summary').waitFor();
  await customer.page.fill('#propose-title', title);
  await customer.page.fill('#propose-body', 'How much charge a telephone has left is no input to a price.');
  await customer.page.reload(); // what was written is still there
  await ready(customer.page);
  await customer.page.waitForFunction((kept) => document.querySelector('#propose-title')?.value === kept, title);
  await customer.page.getByRole('button', { name: 'Save the draft' }).click();
  await customer.page.getByRole('heading', { level: 1, name: title }).waitFor();
  await customer.page.getByRole('button', { name: 'Submit it for review' }).click();
  await customer.page.locator('.tag', { hasText: 'Submitted' }).waitFor();
  const address = customer.page.url();

  const facilitator = await visit(browser, { person: 'facilitator@demo' });
  await facilitator.page.goto(`${base}/me`);
  await facilitator.page.getByRole('link', { name: title }).click();
  await facilitator.page.getByRole('button', { name: 'Take it up for review' }).click();
  await facilitator.page.getByRole('button', { name: 'Open it to everybody' }).click();
  await facilitator.page.locator('.tag.is-filled', { hasText: 'Open' }).waitFor();

  if (dialogue.phase.mayAmend) {
    const other = await visit(browser, { person: 'ngo@demo' });
    await other.page.goto(address);
    await other.page.getByRole('link', { name: 'Propose a change' }).click();
    await other.page.fill('#amend-body', 'How much charge a telephone has left, and its model, are no input to a price.');
    await other.page.getByRole('button', { name: 'Propose the change' }).click();
    await other.page.waitForURL(/#amendment_/);
    const amendment = other.page.locator('.amendment');
    await amendment.locator('summary').click();
    assert.match(await amendment.locator('ins').first().textContent(), /model/);
    assert.deepEqual(other.faults, []);
    await other.close();
  }
  assert.deepEqual([...customer.faults, ...facilitator.faults], []);
  await customer.close();
  await facilitator.close();
});
