// What pages may cost, as numbers that are printed. Times are not tested here: they depend on the machine.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

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
