// What pages may cost, as numbers that are printed. Times are not tested here: they depend on the machine.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { ask, base, launch, ready, visit, whyNot } from './browser.js';

let browser;
let proposal;
before(async () => {
  if (whyNot) return;
  browser = await launch();
  const data = await ask(`{ proposals(first: 50, filter: {state: [OPEN]}) { nodes { id comments(first: 1) { totalCount } } } }`);
  proposal = data.proposals.nodes.find(({ comments }) => comments.totalCount > 1).id;
});
after(() => browser?.close());

for (const width of [390, 1280]) {
  test(`nothing moves while pages come slowly, at ${width} px`, { skip: whyNot }, async () => {
    for (const path of ['/', '/dialogues', `/proposals/${proposal}`]) {
      const { page, close } = await visit(browser, { width });
      await page.addInitScript(() => {
        globalThis.moved = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.moved += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await page.route('**/graphql**', async (route) => {
        await new Promise((done) => setTimeout(done, 500));
        await route.continue();
      });
      await page.goto(base + path);
      await ready(page);
      await page.waitForTimeout(300);
      const moved = await page.evaluate(() => globalThis.moved);
      console.log(`layout shift of ${path.replace(/_\w+/, '')} at ${width} px: ${moved.toFixed(3)}`);
      assert.ok(moved < 0.05, `${path} shifts by ${moved}`);
      await close();
    }
  });
}

test('the first load', { skip: whyNot }, async () => {
  const { page, close } = await visit(browser);
  const sizes = { script: 0, style: 0, font: 0 };
  const kinds = { js: 'script', css: 'style', woff2: 'font' };
  let requests = 0;
  page.on('requestfinished', async (request) => {
    requests += 1;
    const kind = kinds[new URL(request.url()).pathname.split('.').at(-1)];
    if (!kind) return;
    // In gzip, as the budget is counted, whichever way the server has sent it.
    sizes[kind] += kind === 'font' ? (await (await request.response()).body()).length : gzipSync(await (await request.response()).body(), { level: 9 }).length;
  });
  await page.goto(base);
  await ready(page);
  await page.waitForLoadState('networkidle'); // quiet for half a second,
  await page.waitForTimeout(1_000); // and for a second more, what is imported later included
  const said = Object.entries(sizes).map(([kind, bytes]) => `${(bytes / 1000).toFixed(1)} kB of ${kind}`);
  console.log(`first load: ${said.join(', ')}, ${requests} requests`);
  assert.ok(sizes.script > 0 && sizes.script <= 170_000, `${sizes.script} bytes of script`);
  assert.ok(sizes.style > 0 && sizes.style <= 8_000, `${sizes.style} bytes of style`);
  assert.ok(sizes.font > 0 && sizes.font <= 30_000, `${sizes.font} bytes of font`);
  assert.ok(requests <= 30, `${requests} requests`);
  await close();
});
