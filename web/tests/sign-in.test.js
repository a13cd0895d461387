// Sign-in at an issuer that is only pretended: its endpoints are answered in the browser, and its tokens are those of the example.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ask, base, launch, ready, tokenOf, visit, whyNot } from './browser.js';

const issuer = 'https://id.example';

let browser;
let dialogue;
before(async () => {
  if (whyNot) return;
  browser = await launch();
  dialogue = (await ask(`{ dialogues(first: 1, filter: {state: [OPEN]}) { nodes { id } } }`)).dialogues.nodes[0].id;
});
after(() => browser?.close());

// pretend answers for the issuer, and keeps what it was asked.
async function pretend(page, { isKnown = true } = {}) {
  const asked = { authorize: [], token: [], revoked: 0 };
  const settings = {
    mode: 'production',
    issuer,
    clientId: 'console',
    audience: 'plenary',
    scopes: ['openid', 'offline_access'],
    name: 'Plenary',
    languages: ['en', 'fr'],
    links: {},
  };
  const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
  await page.route('**/config.json', (route) => route.fulfill({ json: settings }));
  await page.route(`${issuer}/**`, async (route) => {
    const url = new URL(route.request().url());
    const endpoint = (name) => `${issuer}/${name}`;
    if (route.request().method() === 'OPTIONS') return route.fulfill({ status: 204, headers: cors });
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return route.fulfill({
          headers: cors,
          json: {
            issuer,
            authorization_endpoint: endpoint('authorize'),
            token_endpoint: endpoint('token'),
            revocation_endpoint: endpoint('revoke'),
          },
        });
      case '/authorize': {
        asked.authorize.push(url.searchParams);
        const back = new URL(url.searchParams.get('redirect_uri'));
        back.searchParams.set('state', url.searchParams.get('state'));
        const isSilent = url.searchParams.get('prompt') === 'none';
        if (isSilent && !isKnown) back.searchParams.set('error', 'login_required');
        else back.searchParams.set('code', 'a-code');
        return route.fulfill({
          contentType: 'text/html',
          body: `<meta http-equiv="refresh" content="0;url=${back.href.replace(/&/g, '&amp;')}">`,
        });
      }
      case '/token':
        asked.token.push(new URLSearchParams(route.request().postData()));
        return route.fulfill({
          headers: cors,
          json: { access_token: await tokenOf('customer@demo'), token_type: 'Bearer', refresh_token: 'again', expires_in: 3600 },
        });
      default:
        asked.revoked += 1;
        return route.fulfill({ headers: cors, status: 200, body: '' });
    }
  });
  return asked;
}

test(
  'a person comes back to the field and the draft, holds no token in storage, and is asked about once after a reload',
  { skip: whyNot },
  async () => {
    const { page, close } = await visit(browser, { bypassCSP: true }); // the server names the issuer in its policy; vite does not
    const asked = await pretend(page);
    await page.goto(`${base}/dialogues/${dialogue}`);
    await ready(page);
    await page.fill('#say', 'Written before sign-in');
    await page.click('.say button[type=submit]');
    await page.getByRole('button', { name: 'Go to id.example' }).click();
    await page.waitForURL(/\/dialogues\//);
    await page.locator('.who').waitFor();
    await page.waitForFunction(() => document.querySelector('#say')?.value === 'Written before sign-in');

    const [first] = asked.authorize;
    assert.equal(first.get('code_challenge_method'), 'S256');
    assert.equal(first.get('response_type'), 'code');
    assert.equal(first.get('redirect_uri'), `${base}/signed-in`);
    assert.equal(asked.token[0].get('grant_type'), 'authorization_code');
    assert.ok(asked.token[0].get('code_verifier').length >= 43);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    assert.doesNotMatch(kept, /eyJ|again|verifier/);

    await page.reload();
    await page.locator('.who').waitFor();
    assert.equal(asked.authorize.length, 2);
    assert.equal(asked.authorize[1].get('prompt'), 'none');

    await page.locator('.who summary').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
    assert.equal(asked.revoked, 1);
    await close();
  },
);

test('who is not known to the issuer any more is a visitor again, at the same place', { skip: whyNot }, async () => {
  const { page, close } = await visit(browser, { bypassCSP: true });
  const asked = await pretend(page, { isKnown: false });
  await page.goto(`${base}/dialogues/${dialogue}`);
  await ready(page);
  await page.evaluate(() => sessionStorage.setItem('plenary.signed-in', 'yes'));
  await page.reload();
  await page.waitForURL(new RegExp(`/dialogues/${dialogue}$`));
  await ready(page);
  await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
  assert.equal(asked.authorize.length, 1);
  await close();
});
