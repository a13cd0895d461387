// A paper is cast: checked before it goes, as long as any other on the wire, kept nowhere on the device, and proved by a receipt.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { ask, base, launch, ready, visit, whyNot } from './browser.js';

let browser;
let proposal;
before(async () => {
  if (whyNot) return;
  browser = await launch();
  const data = await ask(
    `{ proposals(first: 50, filter: {state: [BALLOT]}) { nodes { id ballots(first: 1) { nodes { id state secrecy closesAt } } } } }`,
  );
  proposal = data.proposals.nodes.find(
    ({ ballots }) =>
      ballots.nodes[0]?.state === 'OPEN' && ballots.nodes[0].secrecy === 'OPEN' && new Date(ballots.nodes[0].closesAt) > new Date(),
  );
});
after(() => browser?.close());

test('a paper leaves no trace on the device, and gives a receipt', { skip: whyNot }, async (t) => {
  if (!proposal) return t.skip('the example has no open ballot');
  const { page, faults, close } = await visit(browser, { person: 'customer4@demo' });
  const bodies = [];
  page.on('request', (request) => request.postData()?.includes('"choice"') && bodies.push(request.postDataBuffer()));
  await page.goto(`${base}/proposals/${proposal.id}/ballot`);
  await ready(page);
  await page.getByRole('button', { name: 'Check before casting' }).click();
  await page.locator('.refusal').waitFor();
  await page.locator('.choice-option', { hasText: 'Against' }).click();
  await page.fill('.casting textarea', 'Because it is so.');
  assert.doesNotMatch(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage })), /AGAINST|Because it is so/);
  await page.getByRole('button', { name: 'Check before casting' }).click();
  await page.getByRole('button', { name: 'Cast the paper' }).click();
  await page.getByText('Your paper is cast').waitFor();
  for (const body of bodies) assert.equal(body.length, 2048);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the receipt' }).click();
  const receipt = readFileSync(await (await download).path(), 'utf8');
  assert.match(receipt, /^plenary\/ballot-receipt\/v1\nballot /);
  assert.doesNotMatch(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage })), /AGAINST|Because it is so/);
  assert.deepEqual(faults, []);
  await close();
});
