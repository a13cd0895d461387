// A firm's story: it assesses a practice, answering what is missing until nothing is, hears opinions, has it signed and publishes it; a
// regulator then has a signed report made of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ask, base, launch, ready, visit, whyNot } from './browser.js';

let browser;
before(async () => {
  if (!whyNot) browser = await launch();
});
after(() => browser?.close());

// answer gives a question some answer, whatever its control is.
async function answer(question) {
  const option = question.locator('.options input').first();
  if ((await option.count()) > 0) await option.check();
  else if ((await question.locator('select').count()) > 0) await question.locator('select').first().selectOption({ index: 1 });
  else {
    const field = question.locator('.answering').locator('textarea:not(.note-field), input:not([type=file])').first();
    const type = await field.evaluate((one) => (one.inputMode === 'numeric' ? 'number' : one.type));
    await field.fill(type === 'number' ? '3' : type === 'date' ? '2026-12-01' : 'People are told beforehand, and can say no.');
    await field.blur();
  }
  await question.getByText('Saved.').waitFor();
}

test('a firm answers until nothing is missing, and a regulator pulls the report', { skip: whyNot }, async () => {
  const { practices } = await ask(`{ practices(first: 20) { nodes { id title } } }`);
  const practice = practices.nodes.find(({ title }) => title === 'Assistant for refunds');
  const firm = await visit(browser, { person: 'firm@demo' });
  await firm.page.goto(`${base}/practices/${practice.id}`);
  await ready(firm.page);
  await firm.page.locator('summary', { hasText: 'Begin an impact assessment' }).click();
  await firm.page.getByLabel('Template').selectOption({ label: 'Short form' });
  await firm.page.getByRole('button', { name: 'Begin', exact: true }).click();
  await firm.page.waitForURL(/\/assessments\/assessment_/);
  await ready(firm.page);
  const address = firm.page.url();
  await firm.page.locator('#missing').waitFor();
  const lacking = firm.page.locator('#missing a[href^="#q-"]');
  let answered = 0;
  for (; (await lacking.count()) > 0; answered += 1) {
    assert.ok(answered < 60, 'what is answered is not missing any more');
    const href = await lacking.first().getAttribute('href');
    await lacking.first().click();
    await answer(firm.page.locator(`[id="${href.slice(1)}"]`));
    await firm.page.waitForFunction((gone) => !document.querySelector(`#missing a[href="${gone}"]`), href);
  }
  assert.ok(answered > 0, 'the form has questions that must be answered');

  await firm.page.locator('summary', { hasText: 'Consult everybody on it' }).click();
  await firm.page.getByRole('button', { name: 'Open the consultation' }).click();
  await firm.page.locator('.tag', { hasText: 'Open for opinions' }).waitFor();
  const customer = await visit(browser, { person: 'customer@demo' });
  await customer.page.goto(address);
  await ready(customer.page);
  await customer.page.getByRole('heading', { level: 1, name: 'Assistant for refunds' }).waitFor();
  await customer.close();

  await firm.page.getByRole('button', { name: 'Hand it in for review' }).click();
  await firm.page.locator('.tag', { hasText: 'Under review' }).waitFor();
  const approver = await visit(browser, { person: 'approver@demo' });
  await approver.page.goto(address);
  await ready(approver.page);
  await approver.page.locator('summary', { hasText: 'Sign it' }).click();
  await approver.page.locator('#signatures form button[type=submit]').first().click();
  await approver.page.locator('#signatures table').waitFor();
  await approver.page.getByRole('button', { name: 'Publish it' }).click();
  await approver.page.locator('.tag', { hasText: 'Published' }).waitFor();

  const regulator = await visit(browser, { person: 'regulator@demo' });
  await regulator.page.goto(address);
  await ready(regulator.page);
  const reports = regulator.page.locator('#reports');
  await reports.locator('summary', { hasText: 'Ask for a report' }).click();
  await reports.getByRole('button', { name: 'Ask for the report' }).click();
  await reports.locator('.tag.is-filled', { hasText: 'Ready' }).first().waitFor({ timeout: 60_000 });
  await reports.locator('summary', { hasText: 'files, with their SHA-256' }).first().click();
  const file = await reports.locator('.report-files a', { hasText: /^pdf$/ }).getAttribute('href');
  const body = Buffer.from(await (await fetch(file)).arrayBuffer());
  assert.equal(body.subarray(0, 5).toString(), '%PDF-');
  assert.deepEqual([...firm.faults, ...customer.faults, ...approver.faults, ...regulator.faults], []);
  for (const one of [firm, approver, regulator]) await one.close();
});
