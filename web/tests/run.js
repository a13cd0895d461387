// Runs the console's tests in Chromium against the program that was built: on SQLite all of them; with TEST_DATABASE_URL, on that PostgreSQL, the
// stories of people alone, since pages do not depend on the database.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { whyNot } from './browser.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const pages = ['pages.test.js', 'budget.test.js']; // what does not depend on the database
const postgres = process.env.TEST_DATABASE_URL;
const given = process.argv.slice(2);

if (whyNot) {
  console.error(whyNot);
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'plenary-console-'));
const server = spawn(
  join(root, 'plenary'),
  ['serve', '--demo', '--database', postgres ?? `sqlite://${folder}/plenary.db`, '--listen', '127.0.0.1:0', '--admin-listen', ''].concat(
    ['--no-rate-limit', '--dev-key', join(folder, 'dev.key'), '--keys', join(folder, 'keys')],
  ),
  { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
);
let said = '';
server.stderr.on('data', (part) => (said += part));
const ended = new Promise((done) => server.once('exit', done));

// listening gives the address that the server prints.
const listening = new Promise((done, fail) => {
  let text = '';
  server.stdout.on('data', (part) => {
    text += part;
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
    if (found && text.includes('Stop the server')) done(found[0]);
  });
  ended.then((code) => fail(new Error(`the server ended with ${code}:\n${said}`)));
});

async function run(base) {
  const files = readdirSync(here)
    .filter((name) => name.endsWith('.test.js') && !(postgres && pages.includes(name)) && (given.length === 0 || given.includes(name)))
    .map((name) => join(here, name));
  const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', ...files], { stdio: 'inherit', env: { ...process.env, BASE: base } });
  return new Promise((done) => tests.once('exit', (code) => done(code ?? 1)));
}

let code = 1;
try {
  code = await run(await listening);
} catch (fault) {
  console.error(fault.message);
}
server.kill('SIGTERM');
await ended;
rmSync(folder, { recursive: true, force: true });
process.exit(code);
