// A regulator's story: it calls for an assessment, the firm files one, the regulator acknowledges it and has a signed report made. And a
// firm answers a question that a colleague has answered meanwhile.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';

import { ask, base, launch, ready, visit, whyNot } from './browser.js';

let browser;
let published;
before(async () => {
  if (whyNot) return;
  browser = await launch();
  const data = await ask(
    `{ impactAssessments(first: 20, filter: {state: [PUBLISHED]}) { nodes { id title template { key } firm { name } } } }`,
  );
  published = data.impactAssessments.nodes[0];
});
after(() => browser?.close());

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test('a call is opened, filed for and acknowledged', { skip: whyNot }, async (t) => {
  if (!published) return t.skip('the example has no published assessment');
  const { assessmentCalls } = await ask(`{ assessmentCalls(first: 20) { nodes { filed } } }`);
  if (assessmentCalls.nodes.some(({ filed }) => filed > 0)) return t.skip('a version is filed with a regulator once');
  const reason = `Prices at night, ${Math.random().toString(36).slice(2, 7)}`;
  const regulator = await visit(browser, { person: 'regulator@demo' });
  await regulator.page.goto(`${base}/calls`);
  await ready(regulator.page);
  await regulator.page.locator('summary', { hasText: 'Call on firms for assessments' }).click();
  await regulator.page.getByLabel('Template').selectOption(published.template.key);
  await regulator.page.getByLabel('Reason').fill(reason);
  await regulator.page.getByLabel('Due on').fill(inDays(30));
  await regulator.page.getByRole('button', { name: 'Open the call' }).click();
  await regulator.page.waitForURL(/\/calls\/call_/);
  await regulator.page.getByText(reason).waitFor();
  const address = regulator.page.url();

  const firm = await visit(browser, { person: 'approver@demo' });
  await firm.page.goto(address);
  await ready(firm.page);
  await firm.page.locator('summary', { hasText: 'File an assessment for this call' }).click();
  await firm.page.getByRole('button', { name: 'File it' }).click();
  await firm.page.locator('.tag', { hasText: 'Filed in time' }).waitFor();

  await regulator.page.goto(`${base}/supervision`);
  await ready(regulator.page);
  await regulator.page.getByRole('link', { name: published.title }).first().waitFor();
  await regulator.page.goto(`${base}/calls`);
  await ready(regulator.page);
  await regulator.page.getByRole('button', { name: 'Acknowledge it' }).first().click();
  await regulator.page.locator('.tag', { hasText: 'Acknowledged' }).first().waitFor();
  assert.deepEqual([...regulator.faults, ...firm.faults], []);
  await regulator.close();
  await firm.close();
});

test('a report is made, and its files have the hashes that stand beside them', { skip: whyNot }, async (t) => {
  if (!published) return t.skip('the example has no published assessment');
  const { page, faults, close } = await visit(browser, { person: 'regulator@demo' });
  await page.goto(`${base}/assessments/${published.id}`);
  await ready(page);
  const reports = page.locator('#reports');
  await reports.locator('summary', { hasText: 'Ask for a report' }).click();
  const asked = page.waitForResponse((answer) => answer.request().postData()?.includes('RequestReport') ?? false);
  await reports.getByRole('button', { name: 'Ask for the report' }).click();
  const { id } = (await (await asked).json()).data.requestReport.report;
  const made = reports.locator(`#${id}`);
  await made.locator('.tag.is-filled', { hasText: 'Ready' }).waitFor({ timeout: 60_000 });
  await made.locator('summary', { hasText: 'files, with their SHA-256' }).click();
  const file = made.locator('.report-files li', { has: page.locator('a', { hasText: /^json$/ }) });
  const { pathname, search } = new URL(await file.locator('a').getAttribute('href'), base);
  const answer = await fetch(base + pathname + search);
  assert.equal(answer.status, 200);
  const body = Buffer.from(await answer.arrayBuffer());
  assert.equal(await file.locator('code').textContent(), createHash('sha256').update(body).digest('hex'));
  assert.match(await made.locator('pre').textContent(), /plenary report verify report_\w+\.pdf --sig/);
  assert.deepEqual(faults, []);
  await close();
});

test('an answer is saved at once, and a colleague’s is never overwritten', { skip: whyNot }, async () => {
  const firm = await visit(browser, { person: 'firm@demo' });
  const { practices } = await ask(`{ practices(first: 20) { nodes { id title firm { handle } } } }`);
  const practice = practices.nodes.find(({ title }) => title === 'Assistant for refunds') ?? practices.nodes[0];
  await firm.page.goto(`${base}/practices/${practice.id}`);
  await ready(firm.page);
  await firm.page.locator('summary', { hasText: 'Begin an impact assessment' }).click();
  await firm.page.getByLabel('Template').selectOption({ label: 'Customer experience screening' });
  await firm.page.getByRole('button', { name: 'Begin', exact: true }).click();
  await firm.page.waitForURL(/\/assessments\/assessment_/);
  const address = firm.page.url();
  await firm.page.getByRole('heading', { name: /What is missing/ }).waitFor();

  const colleague = await visit(browser, { person: 'firm@demo' });
  await colleague.page.goto(address);
  await ready(colleague.page);
  const first = (page) => page.locator('.question').first();
  const answer = (page) => first(page).locator('textarea').first();
  await answer(colleague.page).fill('Refunds are answered by a model.');
  await answer(firm.page).fill('A person reads what it refuses.');
  await colleague.page.locator('.question').nth(1).locator('input').first().focus();
  await first(colleague.page).getByText('Saved.').waitFor();
  await firm.page.locator('.question').nth(1).locator('input').first().focus();
  await first(firm.page).locator('.clash').waitFor();
  await first(firm.page).locator('.clash').getByText('Refunds are answered by a model.').waitFor();
  await first(firm.page).getByRole('button', { name: 'Save mine instead' }).click();
  await first(firm.page).getByText('Saved.').waitFor();
  assert.equal(await answer(firm.page).inputValue(), 'A person reads what it refuses.');
  assert.deepEqual([...firm.faults, ...colleague.faults], []);
  await colleague.close();
  await firm.close();
});
