// The server is killed and comes back while people read and write: no event is lost, and no word.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { serve } from './serve.js';

let kit; // ./browser.js, whose base is this file's own server
let browser;
let server;
const folder = mkdtempSync(join(tmpdir(), 'plenary-restart-'));
const start = (listen) => serve(folder, `sqlite://${folder}/plenary.db`, { listen });

before(async () => {
  server = start();
  process.env.BASE = await server.listening;
  kit = await import('./browser.js');
  browser = await kit.launch();
});
after(async () => {
  await browser?.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('what is written and what happens outlives the server', async () => {
  const { act, ask, base, ready, visit } = kit;
  const { proposals } = await ask(`{ proposals(first: 20, filter: {state: [OPEN]}) { nodes { id dialogue { phase { mayComment } } } } }`);
  const { id } = proposals.nodes.find(({ dialogue }) => dialogue.phase?.mayComment);
  const { page, close } = await visit(browser, { person: 'customer@demo' });
  await page.goto(`${base}/proposals/${id}?order=NEWEST`);
  await ready(page);
  await page.locator('.live.is-live').waitFor();
  await page.fill('#say', 'Written before the server went away.');
  await server.stop('SIGKILL');
  await page.locator('.live.is-waiting').waitFor();
  await page.click('.say button[type=submit]'); // it cannot arrive
  await page.locator('.say .alarm').waitFor();
  assert.equal(await page.inputValue('#say'), 'Written before the server went away.');

  server = start(new URL(base).host);
  await server.listening;
  await act('ngo@demo', 'postComment', { subject: id, body: 'Said while the page was not live.' }, 'comment { id }');
  await page.locator('.new-below button').click({ timeout: 60_000 });
  await page.locator('article.comment', { hasText: 'Said while the page was not live.' }).waitFor();
  await page.click('.say button[type=submit]');
  await page.locator('article.comment', { hasText: 'Written before the server went away.' }).waitFor();
  const { proposal } = await ask(`{ proposal(id: "${id}") { comments(first: 20, order: NEWEST) { nodes { body } } } }`);
  const said = proposal.comments.nodes.filter(({ body }) => body === 'Written before the server went away.');
  assert.equal(said.length, 1, 'what was tried again is there once');
  await close();
});
