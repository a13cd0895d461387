// Takes pictures of pages, to be looked at: node tests/looks.js FOLDER PATH... with WHO=customer@demo, THEME, LANGUAGE and WIDTH.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const {
  BASE = 'http://127.0.0.1:4173',
  WHO,
  THEME = 'light',
  LANGUAGE = 'en',
  WIDTH = '1280',
  CHROMIUM = '/usr/bin/chromium',
} = process.env;
const [folder, ...paths] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
const context = await browser.newContext({
  viewport: { width: Number(WIDTH), height: 900 },
  colorScheme: THEME,
  locale: LANGUAGE,
  reducedMotion: 'reduce',
});
const page = await context.newPage();
page.on(
  'console',
  (message) =>
    !message.text().includes('400') && ['error', 'warning'].includes(message.type()) && console.log(message.type(), message.text()),
);
page.on('pageerror', (error) => console.log('page error', error.message));
if (WHO) await context.addInitScript((who) => sessionStorage.setItem('plenary.signed-in', who), WHO);
for (const path of paths) {
  await page.goto(BASE + path);
  await page
    .waitForFunction(() => document.querySelector('main h1') && !document.querySelector('.bones'), null, { timeout: 10_000 })
    .catch(() => console.log('not ready', path));
  await page.waitForTimeout(400);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) console.log(path, 'scrolls sideways by', over);
  const name = `${path.replace(/[a-z]+_[0-9a-z]{26}/g, '-').replace(/[^\w]+/g, '_') || '_'}-${WIDTH}-${THEME}-${LANGUAGE}${WHO ? `-${WHO.split('@')[0]}` : ''}.png`;
  await page.screenshot({ path: `${folder}/${name}`, fullPage: true });
  console.log(`${folder}/${name}`, await page.title());
}
await browser.close();
