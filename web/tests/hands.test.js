// Not voting oneself: a party puts its paper into another's hands by its name, the other one casts it, and it is taken back; one objects to the
// roll, one takes no part. What follows stands in words, and the focus stays where one was.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { as, base, launch, ready, visit, whyNot } from './browser.js';
import { balloted, focusOn, invitation, proposed, proxyRule } from './stage.js';

let browser;
let proposal;
let ballot;
before(async () => {
  if (whyNot) return;
  browser = await launch();
  proposal = await proposed(await invitation('Signs at night'), 'Say which hour it is');
  ballot = await balloted(proposal, await proxyRule());
});
after(async () => {
  await browser?.close();
  if (!ballot) return;
  const facilitator = await as('facilitator@demo');
  await facilitator('mutation($id: ID!) { voidBallot(input: {id: $id, reason: "The story is told."}) { userErrors { code } } }', { id: ballot });
});

const open = async (person, more) => {
  const visited = await visit(browser, { person, ...more });
  await visited.page.goto(`${base}/proposals/${proposal}/ballot`);
  await ready(visited.page);
  return visited;
};

test('a paper goes into the hands of a party that is chosen by name, and comes back', { skip: whyNot }, async () => {
  const mine = await open('customer3@demo', { width: 390 });
  const { page } = mine;
  await page.getByText('Put your paper into another party’s hands').press('Enter');
  await page.getByRole('button', { name: 'Appoint it' }).press('Enter');
  await page.locator('.fault-summary', { hasText: 'Something is still empty' }).waitFor();
  const field = page.getByLabel('Who may cast for you');
  await field.fill('nobody at all');
  await page.getByText('No party here has this name.').waitFor();
  await field.fill('dÛne');
  await page.getByRole('radio', { name: /Dune/ }).press('Space');
  assert.equal(await page.locator('.pick-party input').count(), 1);
  await page.getByRole('button', { name: 'Appoint it' }).press('Enter');
  await page.getByText(/Dune may cast for you until/).waitFor();
  await page.getByText(/may cast for your party until .* has not done so yet/).waitFor();
  await focusOn(page, 'Not voting yourself');

  const theirs = await open('customer4@demo');
  await theirs.page.locator('.choice-option', { hasText: 'Cedar' }).click();
  await theirs.page.getByText('You cast for Cedar').waitFor();
  for (const choice of ['For', 'Against']) {
    await theirs.page.locator('.casting .choice-option', { hasText: choice }).first().click();
    await theirs.page.getByRole('button', { name: 'Check before casting' }).click();
    await theirs.page.getByRole('button', { name: 'Cast the paper' }).click();
    await theirs.page.getByText('The paper is cast for Cedar').waitFor();
    if (choice === 'For') await theirs.page.getByRole('button', { name: 'Cast another paper' }).click();
  }
  assert.deepEqual(theirs.faults, []);
  await theirs.close();

  await page.reload();
  await ready(page);
  await page.getByText(/has cast for your party/).waitFor();
  await page.getByRole('button', { name: 'Take your paper back' }).press('Enter');
  await page.getByText('What Dune has cast stays until you cast yourself.').waitFor();
  await page.getByText('it can no longer go into other hands').waitFor();
  await focusOn(page, 'Not voting yourself');
  assert.deepEqual(mine.faults, []);
  await mine.close();
});

test('one objects to the roll once, having seen who is on it', { skip: whyNot }, async () => {
  const { page, faults, close } = await open('academic@demo');
  await page.getByText('Who is on the roll').press('Enter');
  await page.locator('#roll table').getByText('Cedar').waitFor();
  await page.getByText('Object to the roll', { exact: true }).press('Enter');
  await page.getByLabel('What is wrong with it?').fill('Firms of other towns have a seat.');
  await page.getByRole('button', { name: 'Publish the objection' }).press('Enter');
  await page.locator('#roll li', { hasText: 'Firms of other towns have a seat.' }).waitFor();
  await page.getByText('Your party’s objection is published here').waitFor();
  assert.equal(await page.getByText('Object to the roll', { exact: true }).count(), 0);
  await focusOn(page, 'The roll');
  assert.deepEqual(faults, []);
  await close();
});

test('a party takes no part, with a reason that stands on the roll', { skip: whyNot }, async () => {
  const { page, faults, close } = await open('ngo@demo', { language: 'fr', theme: 'dark', width: 320 });
  await page.getByText('Ne pas prendre part, avec un motif').press('Enter');
  await page.getByLabel('Pourquoi votre partie ne prend pas part').fill('We wrote it.');
  await page.getByRole('button', { name: 'Ne pas prendre part' }).press('Enter');
  await page.getByText('Votre partie ne prend pas part à ce scrutin.').waitFor();
  await page.getByText('Qui figure sur la liste').press('Enter');
  await page.locator('#roll table').getByText('We wrote it.').waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
  assert.deepEqual(faults, []);
  await close();
});
