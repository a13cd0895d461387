// A comment in another language: who reads both puts it into the reader's, which then is one press away, and so is the original.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { as, base, launch, ready, visit, whyNot } from './browser.js';
import { focusOn, invitation, proposed } from './stage.js';

let browser;
let proposal;
before(async () => {
  if (whyNot) return;
  browser = await launch();
  proposal = await proposed(await invitation('Words of two languages'), 'Say it in both languages');
  const firm = await as('firm2@demo');
  const post = 'mutation($input: PostCommentInput!) { postComment(input: $input) { comment { id } userErrors { code } } }';
  const { postComment } = await firm(post, { input: { subject: proposal, body: 'Les prix de nuit sont affichés.', language: 'fr' } });
  await firm(post, { input: { parent: postComment.comment.id, body: 'Aussi sur le quai.', language: 'fr' } });
});
after(() => browser?.close());

test('a translation is made, shown, and left again', { skip: whyNot }, async () => {
  const { page, faults, close } = await visit(browser, { person: 'academic@demo', width: 390 });
  await page.goto(`${base}/proposals/${proposal}`);
  await ready(page);
  const card = page.locator('article.comment', { hasText: 'Les prix de nuit' });
  assert.equal(await page.getByRole('button', { name: 'Show translation' }).count(), 0, 'none exists');
  await card.locator('.comment-more > summary').press('Enter');
  await card.getByLabel('What it says in English').fill('Night prices are on **display**.');
  await card.getByRole('button', { name: 'Publish the translation' }).press('Enter');
  await card.getByText('Published. Who reads in this language can show it.').waitFor();
  await focusOn(page, 'Publish the translation');
  await page.getByRole('button', { name: 'Show translation' }).press('Enter');
  const words = page.locator('article.comment .markdown').first();
  await words.locator('strong', { hasText: 'display' }).waitFor();
  assert.equal(await words.getAttribute('lang'), 'en');
  await page.getByText('Translated by').waitFor();
  await focusOn(page, 'Show the original');
  await page.getByRole('button', { name: 'Show the original' }).press('Enter');
  await page.getByText('Les prix de nuit sont affichés.').waitFor();
  assert.equal(await words.getAttribute('lang'), 'fr');
  assert.deepEqual(faults, []);
  await close();

  const french = await visit(browser, { language: 'fr', person: 'customer@demo', theme: 'dark', width: 320 });
  await french.page.goto(`${base}/proposals/${proposal}`);
  await ready(french.page);
  await french.page.getByText('Les prix de nuit sont affichés.').waitFor();
  assert.equal(await french.page.getByRole('button', { name: 'Afficher la traduction' }).count(), 0, 'one’s own language needs none');
  assert.deepEqual(french.faults, []);
  await french.close();
});
