// Pictures of every part in all its states, compared with those beside this file: node tests/run.js pictures.test.js. A part that is meant to
// look otherwise is taken anew with PICTURES=take, and the pictures are looked at before they are committed.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { createServer } from 'vite';

import { launch, visit, whyNot } from './browser.js';

const folder = fileURLToPath(new URL('pictures', import.meta.url));
const found = join(tmpdir(), 'plenary-pictures');
const isTaking = process.env.PICTURES === 'take';
const tolerance = 0.01; // the share of pixels that may differ: releases of Chromium smooth letters differently

let browser;
let vite;
let base;
before(async () => {
  if (whyNot) return;
  const root = fileURLToPath(new URL('..', import.meta.url));
  vite = await createServer({ configFile: join(root, 'vite.console.js'), server: { port: 0, hmr: false }, logLevel: 'error' });
  await vite.listen();
  base = vite.resolvedUrls.local[0].replace(/\/$/, '');
  browser = await launch();
  mkdirSync(isTaking ? folder : found, { recursive: true });
});
after(async () => {
  await browser?.close();
  await vite?.close();
});

for (const theme of ['light', 'dark']) {
  for (const width of [390, 1280]) {
    test(`parts, ${theme}, ${width} px`, { skip: whyNot }, async () => {
      const { page, close } = await visit(browser, { theme, width });
      await page.clock.setFixedTime(new Date('2026-11-02T10:00:00Z'));
      await page.goto(`${base}/parts`);
      await page.locator('main section.section').last().waitFor();
      await page.evaluate(() => document.fonts.ready);
      const sections = await page.locator('main section.section').all();
      assert.ok(sections.length > 10, 'the page of the parts has them');
      const differ = [];
      const names = new Set();
      for (const section of sections) {
        const title = await section.locator('h2').first().textContent();
        const name = `${title.replace(/\W+/g, '-')}-${theme}-${width}.png`;
        assert.ok(!names.has(name), `two parts are called ${title}`);
        names.add(name);
        const picture = await section.screenshot({ animations: 'disabled' });
        const kept = join(folder, name);
        if (isTaking) writeFileSync(kept, picture);
        else if (!existsSync(kept)) differ.push(`${name} was never taken`);
        else {
          const [was, is] = [PNG.sync.read(readFileSync(kept)), PNG.sync.read(picture)];
          const isAsLarge = was.width === is.width && Math.abs(was.height - is.height) <= 2;
          const height = Math.min(was.height, is.height);
          const end = 4 * was.width * height;
          const pixels = isAsLarge && pixelmatch(was.data.subarray(0, end), is.data.subarray(0, end), null, was.width, height, { threshold: 0.2 });
          if (!isAsLarge) differ.push(`${name} is ${is.width} by ${is.height}, and was ${was.width} by ${was.height}`);
          else if (pixels > tolerance * was.width * height) differ.push(`${name}: ${pixels} pixels differ`);
          else continue;
          writeFileSync(join(found, name), picture);
        }
      }
      await close();
      assert.deepEqual(differ, [], `what was found is in ${found}`);
    });
  }
}

if (isTaking) rmSync(found, { recursive: true, force: true });
