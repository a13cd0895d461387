// What the operator has set: the name of the place, its languages and its links stand in the frame; and where nobody can sign in, the page says so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { base, launch, ready, visit, whyNot } from './browser.js';

let browser;
before(async () => {
  if (!whyNot) browser = await launch();
});
after(() => browser?.close());

const settings = {
  mode: 'production',
  issuer: null,
  clientId: null,
  audience: null,
  scopes: [],
  name: 'Lakeside Forum',
  languages: ['en', 'fr'],
  links: { privacy: 'https://lake.example/privacy', moderation: 'https://lake.example/rules', accessibility: 'https://lake.example/access' },
};

async function at(path, said, look) {
  const visited = await visit(browser, look);
  await visited.page.route('**/config.json', (route) => route.fulfill({ json: { ...settings, ...said } }));
  await visited.page.goto(`${base}${path}`);
  await ready(visited.page);
  return visited;
}

test('without an issuer the page of sign-in says so, and what the operator does', { skip: whyNot }, async () => {
  const { page, faults, close } = await at('/sign-in', {}, { width: 320 });
  await page.getByText('Nobody can sign in here yet').waitFor();
  await page.getByText('plenary doctor').waitFor();
  await page.getByText(`${base}/signed-in`).waitFor();
  assert.equal(await page.getByRole('button', { name: /Go to/ }).count(), 0);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
  assert.deepEqual(faults, []);
  await close();
});

test('name and links of the place stand in the frame', { skip: whyNot }, async () => {
  const { page, faults, close } = await at('/', {});
  await page.locator('.brand-name', { hasText: 'Lakeside Forum' }).waitFor();
  assert.equal(await page.title(), 'Lakeside Forum');
  for (const [name, to] of [
    ['Privacy', settings.links.privacy],
    ['Moderation policy', settings.links.moderation],
    ['Accessibility', settings.links.accessibility],
  ]) {
    assert.equal(await page.locator('footer').getByRole('link', { name }).getAttribute('href'), to);
  }
  await page.getByRole('link', { name: 'Parties', exact: true }).click();
  await page.waitForFunction(() => /^Parties · Lakeside Forum$/.test(document.title));
  assert.deepEqual(faults, []);
  await close();
});

test('a place that is held in French alone is read in French', { skip: whyNot }, async () => {
  const { page, faults, close } = await at('/sign-in', { languages: ['fr'] });
  await page.getByText('Personne ne peut encore se connecter ici').waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr');
  assert.equal(await page.locator('.tools select').count(), 0);
  assert.deepEqual(faults, []);
  await close();
});
