// Everybody can recount a ballot: the page names the file, the key and the command, and the command agrees with the page.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ask, base, launch, ready, visit, whyNot } from './browser.js';
import { program } from './serve.js';

let browser;
let counted;
before(async () => {
  if (whyNot) return;
  browser = await launch();
  const data = await ask(`{ proposals(first: 50) { nodes { id ballots(first: 1) { nodes { state secrecy } } } } }`);
  counted = data.proposals.nodes.filter(({ ballots }) => ballots.nodes[0]?.state === 'COUNTED');
});
after(() => browser?.close());

test('a visitor recounts each result with what its page says', { skip: whyNot }, async () => {
  assert.ok(counted.length > 1, 'the example has counted ballots');
  const folder = mkdtempSync(join(tmpdir(), 'plenary-result-'));
  try {
    for (const { id, ballots } of counted) {
      const { page, faults, close } = await visit(browser);
      await page.goto(`${base}/proposals/${id}/result`);
      await ready(page);
      const file = join(folder, 'result.json');
      const { pathname } = new URL(await page.locator('main a[download]').first().getAttribute('href'), base);
      writeFileSync(file, Buffer.from(await (await fetch(base + pathname)).arrayBuffer()));
      const command = await page.locator('code', { hasText: 'plenary verify result' }).textContent();
      const [, key] = /^plenary verify result FILE --key '(.+)'$/.exec(command);
      const said = execFileSync(program, ['verify', 'result', file, '--key', key], { encoding: 'utf8' });
      const outcome = await page.locator('main h1, main .finding').allTextContents();
      assert.ok(outcome.length > 1, 'the finding comes first');
      assert.match(said, /\n/, `${ballots.nodes[0].secrecy}: the command says what it has counted`);
      writeFileSync(file, (await (await fetch(base + pathname)).text()).replace('"FOR"', '"AGAINST"'));
      assert.throws(() => execFileSync(program, ['verify', 'result', file, '--key', key], { stdio: 'pipe' }), 'an altered file is refused');
      assert.deepEqual(faults, []);
      await close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
