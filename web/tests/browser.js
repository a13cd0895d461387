// The browser and the server of the tests: Debian's Chromium, and the address in BASE of a console with the example behind it.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const base = process.env.BASE ?? 'http://127.0.0.1:4173';
const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

// whyNot says what is missing for the tests, or false.
export const whyNot = existsSync(executable)
  ? false
  : `Chromium is missing: apt-get install chromium, or name it in CHROMIUM (${executable})`;

export const launch = () => chromium.launch({ executablePath: executable, args: ['--no-sandbox'] });

// visit opens a page of its own for somebody, and collects what must not happen: errors in the console, violations of the policy among them,
// and requests to other hosts.
export async function visit(browser, { person, language = 'en', theme = 'light', width = 1280, ...more } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: theme,
    locale: language,
    reducedMotion: 'reduce',
    ...more,
  });
  if (person) await context.addInitScript((who) => sessionStorage.setItem('plenary.signed-in', who), person);
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    // A server of another release than the page refuses its documents once, and then gets their text.
    if (/status of 400/.test(message.text()) && message.location().url.includes('/graphql')) return;
    faults.push(`${message.type()}: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== base && protocol !== 'blob:' && protocol !== 'data:') faults.push(`request to ${origin}`);
  });
  return { page, faults, close: () => context.close() };
}

// ready waits until a page shows what it is about.
export const ready = (page) =>
  page.waitForFunction(() => document.querySelector('main h1') && !document.querySelector('.bones'), null, { timeout: 15_000 });

async function send(query, variables, headers = {}) {
  const answer = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return answer.json();
}

// ask reads what a visitor reads.
export const ask = async (query, variables = {}) => (await send(query, variables)).data;

// tokenOf signs somebody of the example in.
export async function tokenOf(person) {
  const answer = await fetch(`${base}/dev/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: base },
    body: JSON.stringify({ person }),
  });
  return (await answer.json()).token;
}

// as gives a function that asks the API as somebody of the example. What is refused is an error.
export async function as(person) {
  const authorization = `Bearer ${await tokenOf(person)}`;
  return async (query, variables = {}) => {
    const { data, errors } = await send(query, variables, { authorization });
    const refused = errors ?? Object.values(data).flatMap((one) => one?.userErrors ?? []);
    if (refused.length > 0) throw new Error(`${person} is refused: ${JSON.stringify(refused)}`);
    return data;
  };
}

// act has somebody of the example do something without a browser, and gives the payload.
export async function act(person, field, input, selects) {
  const type = `${field[0].toUpperCase()}${field.slice(1)}Input`;
  const does = await as(person);
  return (await does(`mutation($input: ${type}!) { ${field}(input: $input) { ${selects} userErrors { code field message } } }`, { input }))[field];
}
