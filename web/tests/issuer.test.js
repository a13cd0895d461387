// Sign-in at a real issuer, a process of its own, against a server in production: a person comes back to the field and the draft,
// takes part, and stays signed in while tokens are renewed.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { serve } from './serve.js';

const folder = mkdtempSync(join(tmpdir(), 'plenary-issuer-'));
const database = `sqlite://${folder}/plenary.db`;
let kit; // ./browser.js, whose base is this file's own server
let browser;
let issuer;
let server;
let address;

before(async () => {
  const example = serve(folder, database);
  process.env.BASE = await example.listening;
  await example.stop();
  kit = await import('./browser.js');
  const certificate = join(folder, 'issuer.pem');
  execFileSync('go', ['build', '-o', join(folder, 'issuer'), '.'], { cwd: fileURLToPath(new URL('issuer', import.meta.url)) });
  issuer = spawn(join(folder, 'issuer'), ['-console', kit.base, '-certificate', certificate, '-life', '20s'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  address = await new Promise((done) => createInterface({ input: issuer.stdout }).once('line', done));
  writeFileSync(
    join(folder, 'issuers.yaml'),
    [
      `- url: ${address}`,
      '  audience: [plenary]',
      '  algorithms: [ES256]',
      `  jwks: ${address}/keys`,
      '  roles: [customer]',
      '  admits: [customer]',
      '  console:',
      '    client-id: plenary-console',
    ].join('\n'),
  );
  const { host, hostname } = new URL(kit.base);
  server = serve(folder, database, {
    listen: host,
    as: ['--mode', 'production', '--issuers', join(folder, 'issuers.yaml'), '--hosts', hostname, '--public-url', kit.base],
    env: { SSL_CERT_FILE: certificate },
  });
  await server.listening;
  browser = await kit.launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  issuer?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test('from a draft over the issuer to a comment, and on while tokens are renewed', async () => {
  const { ask, base, ready, visit } = kit;
  const { dialogues } = await ask(`{ dialogues(first: 20, filter: {state: [OPEN]}) { nodes { id phase { mayComment } } } }`);
  const { id } = dialogues.nodes.find(({ phase }) => phase?.mayComment);
  const { page, faults, close } = await visit(browser, { ignoreHTTPSErrors: true });
  await page.goto(`${base}/dialogues/${id}`);
  await ready(page);
  await page.fill('#say', 'Written before sign-in.');
  await page.click('.say button[type=submit]');
  await page.getByRole('button', { name: /^Go to/ }).click();
  await page.getByRole('button', { name: 'Sign in as newcomer' }).click();
  await page.waitForURL(`${base}/dialogues/${id}**`);
  await page.waitForFunction(() => document.querySelector('#say')?.value === 'Written before sign-in.');
  await page.click('.say button[type=submit]');
  await page.locator('article.comment', { hasText: 'Written before sign-in.' }).waitFor();

  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.doesNotMatch(kept, /eyJ|verifier/, 'no token is stored');
  const renewal = await page.waitForResponse((answer) => answer.url() === `${address}/token` && answer.ok(), { timeout: 30_000 });
  assert.match(renewal.request().postData(), /grant_type=refresh_token/);
  await page.fill('#say', 'Written with a renewed token.');
  await page.click('.say button[type=submit]');
  await page.locator('article.comment', { hasText: 'Written with a renewed token.' }).waitFor();

  await page.reload(); // asks the issuer once, which shows nothing
  await page.locator('.who').waitFor();
  await page.locator('.who summary').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
  assert.deepEqual(
    faults.filter((fault) => !fault.includes(address)),
    [],
  );
  await close();
});
