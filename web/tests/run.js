// Runs the console's tests in Chromium against the program that was built: on SQLite all of them; with TEST_DATABASE_URL, on that PostgreSQL, the
// stories of people alone, since pages do not depend on the database.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { whyNot } from './browser.js';
import { serve } from './serve.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const pages = ['pages.test.js', 'budget.test.js', 'restart.test.js', 'issuer.test.js', 'pictures.test.js']; // what does not depend on the database, or brings its own
const postgres = process.env.TEST_DATABASE_URL;
const given = process.argv.slice(2);

if (whyNot) {
  console.error(whyNot);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'plenary-console-'));
const server = serve(folder, postgres ?? `sqlite://${folder}/plenary.db`);

async function run(base) {
  const files = readdirSync(here)
    .filter((name) => name.endsWith('.test.js') && !(postgres && pages.includes(name)) && (given.length === 0 || given.includes(name)))
    .map((name) => join(here, name));
  const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', ...files], { stdio: 'inherit', env: { ...process.env, BASE: base } });
  return new Promise((done) => tests.once('exit', (code) => done(code ?? 1)));
}

let code = 1;
try {
  code = await run(await server.listening);
} catch (fault) {
  console.error(fault.message);
}
await server.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(code);
