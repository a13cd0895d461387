// A newcomer's story, by the keyboard alone, on a telephone, in French, in the dark: reads what this is, signs in, answers three statements,
// writes a comment, sees a firm's reply arrive, and finds what became of the comment under "Mes contributions".
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { act, ask, base, launch, ready, visit, whyNot } from './browser.js';

let browser;
before(async () => {
  if (!whyNot) browser = await launch();
});
after(() => browser?.close());

// to brings the keyboard's focus to a control, as pressing Tab does.
async function to(page, control) {
  await control.waitFor();
  for (let i = 0; i < 300; i += 1) {
    await page.keyboard.press('Tab');
    if (await control.evaluate((one) => one === document.activeElement)) return;
  }
  throw new Error(`the Tab key does not lead to ${control}`);
}

async function press(page, control, key = 'Enter') {
  await to(page, control);
  await page.keyboard.press(key);
}

test('from the front page to the fate of a comment', { skip: whyNot }, async () => {
  const text = `Le prix affiché doit rester valable une heure ${Math.random().toString(36).slice(2, 8)}`;
  const { page, faults, close } = await visit(browser, { language: 'fr', theme: 'dark', width: 390, hasTouch: true, isMobile: true });
  await page.goto(base);
  await ready(page);
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr');
  assert.equal(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches), true);

  const { dialogues } = await ask(
    `{ dialogues(first: 20, filter: {state: [OPEN]}) { nodes { id title phase { mayVote mayComment } comments(first: 100) { nodes { id author { id } } } } } }`,
  );
  const dialogue = dialogues.nodes.filter(({ phase }) => phase?.mayVote).sort((a, b) => b.comments.nodes.length - a.comments.nodes.length)[0];
  await press(page, page.locator('main').getByRole('link', { name: dialogue.title }).first());
  await page.getByRole('heading', { level: 1, name: dialogue.title }).waitFor();

  await press(page, page.locator('header').getByRole('link', { name: 'Se connecter' }));
  await page.waitForURL(/sign-in/);
  await press(page, page.locator('button.person', { hasText: 'Amber' }));
  await page.waitForURL(new RegExp(`/dialogues/${dialogue.id}`));
  await ready(page);

  await press(page, page.locator(`a[href="/statements/${dialogue.id}"]`).first());
  await page.waitForURL(/statements/);
  await ready(page);
  let answered = 0;
  for (const key of ['1', '2', '3']) {
    if ((await page.locator('blockquote.statement').count()) === 0) break;
    const before = await page.locator('.statement .markdown').textContent();
    await page.keyboard.press(key);
    await page.waitForFunction((was) => document.querySelector('.statement .markdown')?.textContent !== was, before);
    answered += 1;
  }
  assert.ok(answered > 0, 'there are statements to answer');

  await page.goBack();
  await ready(page);
  await to(page, page.locator('#say'));
  await page.keyboard.type(text);
  await press(page, page.locator('.say button[type=submit]'));
  await page.getByText('Publié. Tout le monde peut le lire').waitFor();
  const mine = page.locator('article.comment', { hasText: text });
  await mine.waitFor();
  const id = (await mine.getAttribute('id')) ?? (await mine.locator('xpath=ancestor-or-self::*[@id][1]').getAttribute('id'));
  assert.match(id, /^comment_/);

  await act('firm@demo', 'postComment', { parent: id, body: 'Une heure est possible dès mars.', language: 'fr' }, 'comment { id }');
  await press(page, page.locator('.new-below button')); // it is announced, and shown when asked for
  await page.getByText('Une heure est possible dès mars.').waitFor();

  await act(
    'facilitator@demo',
    'disposeComments',
    { comments: [id], outcome: 'ACCEPTED', reason: 'Elle nourrit la synthèse.' },
    'comments { id }',
  );
  await page.goto(`${base}/me`);
  await ready(page);
  const fate = page.locator('article.said', { hasText: text });
  await fate.getByText('Elle nourrit la synthèse.').waitFor();
  assert.deepEqual(faults, []);
  await close();
});
