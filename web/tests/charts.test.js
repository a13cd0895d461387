// A figure says its finding with how many, has the same numbers as a table, and gives them away as CSV, SVG and PNG, under the policy.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { ask, base, launch, ready, visit, whyNot } from './browser.js';

let browser;
let decided;
before(async () => {
  if (whyNot) return;
  browser = await launch();
  const data = await ask(`{ proposals(first: 50) { nodes { id ballots(first: 1) { nodes { state } } } } }`);
  decided = data.proposals.nodes.find(({ ballots }) => ballots.nodes[0]?.state === 'COUNTED')?.id;
});
after(() => browser?.close());

for (const look of [{ theme: 'light', width: 1280 }, { theme: 'dark', width: 390 }]) {
  test(`the files of a figure, ${Object.values(look).join(' ')}`, { skip: whyNot }, async (t) => {
    if (!decided) return t.skip('the example has no ballot that was counted');
    const { page, faults, close } = await visit(browser, look);
    await page.goto(`${base}/proposals/${decided}/result`);
    await ready(page);
    const figure = page.locator('figure.figure').first();
    assert.match(await figure.locator('figcaption').textContent(), /\d+ of \d+ part(y|ies) voted/, 'the finding has its n');
    await figure.getByText('Show as table').press('Enter');
    const rows = await figure.locator('tbody tr').count();
    assert.ok(rows > 1);
    const file = async (name) => {
      const coming = page.waitForEvent('download');
      await figure.getByRole('button', { name }).press('Enter');
      const download = await coming;
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
    };
    const csv = await file('Download CSV');
    assert.match(csv.name, /\.csv$/);
    assert.equal(csv.bytes.toString().trim().split('\r\n').length, rows + 1);
    const svg = await file('Download SVG');
    assert.match(svg.bytes.toString(), /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.match(svg.bytes.toString(), /<title>\d+ of \d+/);
    const png = await file('Download PNG');
    assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
    const [width, height] = [png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)];
    const colours = await page.evaluate(async (data) => {
      const picture = new Image();
      picture.src = `data:image/png;base64,${data}`;
      await picture.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height });
      const context = canvas.getContext('2d');
      context.drawImage(picture, 0, 0);
      const dots = new Uint32Array(context.getImageData(0, 0, picture.width, picture.height).data.buffer);
      return new Set(dots).size;
    }, png.bytes.toString('base64'));
    assert.ok(width > 500 && height > 100 && colours > 3, `${width} × ${height}, ${colours} colours`);
    assert.deepEqual(faults, []);
    await close();
  });
}
