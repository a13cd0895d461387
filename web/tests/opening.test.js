// From an open proposal to a ballot: a facilitator asks a firm, which answers officially with a file and stands above the comments; then what is
// lacking for a ballot is one list, the rule is tried on counts, and the ballot is opened.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { as, base, launch, ready, visit, whyNot } from './browser.js';
import { focusOn, invitation, proposed } from './stage.js';

let browser;
let proposal;
before(async () => {
  if (whyNot) return;
  browser = await launch();
  proposal = await proposed(await invitation('Hours and prices'), 'Say the hour of the price');
});
after(() => browser?.close());

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();

test('the firm that is asked answers officially, with a file, above the comments', { skip: whyNot }, async () => {
  const facilitator = await visit(browser, { person: 'facilitator@demo' });
  await facilitator.page.goto(`${base}/proposals/${proposal}`);
  await ready(facilitator.page);
  await facilitator.page.getByRole('link', { name: 'Ask for an official response' }).click();
  await facilitator.page.selectOption('#ask-whom', { label: 'Northwind Mobility' });
  await facilitator.page.fill('#ask-due', inDays(5).slice(0, 10));
  await facilitator.page.locator('form.form button[type=submit]').click();
  await facilitator.page.locator('.response', { hasText: 'Northwind Mobility' }).waitFor();

  const firm = await visit(browser, { person: 'firm@demo', width: 390 });
  await firm.page.goto(`${base}/desk`);
  await ready(firm.page);
  await firm.page.getByRole('link', { name: /Say the hour of the price/ }).first().click();
  await firm.page.getByRole('link', { name: 'Give your official response' }).click();
  const publish = firm.page.getByRole('button', { name: 'Publish the response' });
  await publish.press('Enter');
  await firm.page.locator('.fault-summary').waitFor();
  await firm.page.getByLabel('Your official response').fill('From **March** on each price says its hour.');
  await firm.page.reload(); // what was written is still there
  await ready(firm.page);
  await firm.page.waitForFunction(() => /March/.test(document.querySelector('.response textarea')?.value ?? ''));
  await firm.page.setInputFiles('.response input[type=file]', {
    name: 'hours.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('Night is from ten to five.\n'),
  });
  await firm.page.getByText('hours.txt').waitFor();
  await publish.press('Enter');
  await firm.page.getByText('Published. It stands here above the comments').waitFor();
  await firm.page.locator('.response strong', { hasText: 'March' }).waitFor();
  await firm.page.getByRole('link', { name: /hours\.txt/ }).waitFor();
  await focusOn(firm.page, 'Official responses');
  assert.equal(await firm.page.getByText('Give your official response').count(), 0);

  const customer = await visit(browser, { person: 'customer2@demo', language: 'fr', theme: 'dark', width: 320 });
  await customer.page.goto(`${base}/proposals/${proposal}`);
  await ready(customer.page);
  const isAbove = await customer.page.evaluate(
    () => document.querySelector('.response').compareDocumentPosition(document.getElementById('comments')) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  assert.ok(isAbove, 'it stands above the comments');
  assert.deepEqual([...facilitator.faults, ...firm.faults, ...customer.faults], []);
  await Promise.all([facilitator, firm, customer].map((one) => one.close()));
});

test('a ballot is opened: what is lacking, the rule tried on counts, and the roll', { skip: whyNot }, async () => {
  const { page, faults, close } = await visit(browser, { person: 'facilitator@demo' });
  await page.goto(`${base}/proposals/${proposal}/open-ballot`);
  await ready(page);
  await page.selectOption('main select', { label: 'Customers alone, in secret' });
  await page.locator('#lacking').getByText('Nothing: the ballot can be opened.').waitFor();
  await page.getByText(/parties have no seat under this rule/).waitFor();
  const against = page.getByLabel(/, Against$/);
  const before = page.getByLabel(/, For$/);
  await before.fill('1');
  await against.fill('5');
  await page.getByText('That would be: Not adopted').waitFor();
  await before.fill('5');
  await against.fill('1');
  await page.getByText('That would be: Adopted').waitFor();
  await page.getByText('Every condition, with its numbers').click();
  await page.locator('.checks', { hasText: '5 of 6, compared with 3' }).waitFor();
  await page.getByRole('button', { name: 'Open the ballot' }).press('Enter');
  await page.locator('.fault-summary a').click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'closes', 'the summary leads to its field');
  await page.fill('#closes', inDays(40).slice(0, 16));
  await page.getByRole('button', { name: 'Open the ballot' }).press('Enter');
  await page.locator('.fault-summary').waitFor();
  await page.fill('#closes', inDays(9).slice(0, 16));
  await page.getByRole('button', { name: 'Open the ballot' }).press('Enter');
  await page.waitForURL(/\/ballot$/);
  await page.getByRole('heading', { level: 1, name: 'Ballot' }).waitFor();

  await page.goto(`${base}/proposals/${proposal}/open-ballot`);
  await ready(page);
  await page.locator('#lacking li').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Open the ballot' }).count(), 0);
  assert.deepEqual(faults, []);
  await close();
  const facilitator = await as('facilitator@demo');
  const { proposal: read } = await facilitator('query($id: ID!) { proposal(id: $id) { ballots(first: 1) { nodes { id } } } }', { id: proposal });
  await facilitator('mutation($id: ID!) { voidBallot(input: {id: $id, reason: "The story is told."}) { userErrors { code } } }', {
    id: read.ballots.nodes[0].id,
  });
});

test('who may not open a ballot is told why', { skip: whyNot }, async () => {
  const { page, faults, close } = await visit(browser, { person: 'customer2@demo' });
  await page.goto(`${base}/proposals/${proposal}/open-ballot`);
  await ready(page);
  await page.locator('.refusal', { hasText: 'You cannot open a ballot now.' }).waitFor();
  assert.equal(await page.locator('#lacking').count(), 0);
  assert.deepEqual(faults, []);
  await close();
});
