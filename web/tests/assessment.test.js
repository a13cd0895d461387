// An assessment that everybody discusses: comments under it, who is to sign found by name, and two versions compared in words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { as, base, launch, ready, visit, whyNot } from './browser.js';
import { focusOn } from './stage.js';

let browser;
let assessment;
let firm;
const told = `Written anew, ${Math.random().toString(36).slice(2, 7)}`;
const form = `query($id: ID!) { impactAssessment(id: $id) { state form { sections { questions { question { key type } answer { note revision value { choices text number boolean date } } } } } } }`;

before(async () => {
  if (whyNot) return;
  browser = await launch();
  firm = await as('firm2@demo');
  const { impactAssessments } = await firm(`{ impactAssessments(first: 20) { nodes { id state firm { name } } } }`);
  assessment = impactAssessments.nodes.find((one) => one.state === 'IN_CONSULTATION' && one.firm.name === 'Harbour Grocers')?.id;
});
after(() => browser?.close());

const open = async (look) => {
  const visited = await visit(browser, look);
  await visited.page.goto(`${base}/assessments/${assessment}`);
  await ready(visited.page);
  return visited;
};

test('comments stand under an assessment, and those of others are announced', { skip: whyNot }, async (t) => {
  if (!assessment) return t.skip('the example has no consultation of that firm');
  const mine = await open({ person: 'customer@demo', width: 390 });
  const { page } = mine;
  const text = `Who loses by this? ${Math.random().toString(36).slice(2, 7)}`;
  await page.locator('#say').fill(text);
  await page.getByRole('button', { name: 'Post comment' }).press('Enter');
  await page.locator('article.comment', { hasText: text }).waitFor();
  await focusOn(page, 'Post comment');
  await page.locator('.live.is-live').waitFor();
  const ngo = await as('ngo@demo');
  await ngo('mutation($input: PostCommentInput!) { postComment(input: $input) { userErrors { code } } }', {
    input: { subject: assessment, body: `Ask them. ${text}` },
  });
  await page.locator('.new-below button').click();
  await page.locator('article.comment', { hasText: 'Ask them.' }).first().waitFor();
  assert.deepEqual(mine.faults, []);
  await mine.close();
});

test('a signer is found by name, and two versions are compared in words', { skip: whyNot }, async (t) => {
  if (!assessment) return t.skip('the example has no consultation of that firm');
  const act = (name, input) => firm(`mutation($input: ${input.type}!) { ${name}(input: $input) { userErrors { code field message } } }`, input);
  const { impactAssessment: now } = await firm('query($id: ID!) { impactAssessment(id: $id) { signers { party { id } capacity state } } }', { id: assessment });
  await act('recallAssessment', { type: 'RecallAssessmentInput', input: { id: assessment, reason: 'To say it better.' } });
  const { impactAssessment } = await firm(form, { id: assessment });
  const { question, answer } = impactAssessment.form.sections.flatMap(({ questions }) => questions).find((one) => one.answer?.value);
  const value = Object.fromEntries(Object.entries(answer.value).filter(([, given]) => given !== null));
  await act('answerQuestions', {
    type: 'AnswerQuestionsInput',
    input: { id: assessment, answers: [{ question: question.key, value, note: told, expectedRevision: answer.revision }] },
  });

  if (!now.signers.some(({ state }) => state === 'APPOINTED')) await appoints();

  await act('openConsultation', { type: 'OpenConsultationInput', input: { id: assessment, until: new Date(Date.now() + 20 * 86_400_000).toISOString() } });
  const read = await open({});
  await read.page.getByText('Compare two versions').press('Enter');
  await read.page.locator('.diff ins', { hasText: told.split(' ').at(-1) }).waitFor();
  assert.deepEqual(read.faults, []);
  await read.close();
});

// A tie to the firm is told, and another party chosen.
async function appoints() {
  const draft = await open({ person: 'firm2@demo', language: 'fr', theme: 'dark', width: 320 });
  const { page } = draft;
  const appoint = page.locator('#signatures details.asked > summary').last();
  await appoint.press('Enter');
  const field = page.getByLabel(/Qui doit signer/);
  await field.fill('lakeside');
  await page.getByRole('radio', { name: /Lakeside University/ }).press('Space');
  await page.locator('#signatures .asked-form button[type=submit]').press('Enter');
  await page.getByText('Un lien rattache cette partie à l’entreprise').waitFor();
  await page.selectOption('#signer-as', 'CUSTOMER_REPRESENTATIVE');
  await field.fill('fair');
  await page.getByRole('radio', { name: /Fair Screens/ }).press('Space');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
  await page.locator('#signatures .asked-form button[type=submit]').press('Enter');
  await page.locator('#signatures .lines', { hasText: 'Fair Screens' }).waitFor();
  await focusOn(page, await appoint.textContent());
  assert.deepEqual(draft.faults, []);
  await draft.close();
}
