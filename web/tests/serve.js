// A server of the program that was built, with the example, for tests.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const program = join(fileURLToPath(new URL('../..', import.meta.url)), 'plenary');

// serve starts a server whose keys lie in folder. listening gives the address that it prints.
export function serve(folder, database, { listen = '127.0.0.1:0', as = ['--demo', '--auto-migrate'], env = {} } = {}) {
  const keys = [...(as.includes('production') ? [] : ['--dev-key', join(folder, 'dev.key')]), '--keys', join(folder, 'keys')];
  const where = ['--database', database, '--listen', listen, '--admin-listen', ''];
  const server = spawn(program, ['serve', ...as, ...where, '--no-rate-limit', ...keys], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (part) => (said += part));
  const ended = new Promise((done) => server.once('exit', done));
  const listening = new Promise((done, fail) => {
    let text = '';
    server.stdout.on('data', (part) => {
      text += part;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found && text.includes('Schema ')) done(found[0]);
    });
    ended.then((code) => fail(new Error(`the server ended with ${code}:\n${said}`)));
  });
  const stop = async (signal = 'SIGTERM') => {
    server.kill(signal);
    await ended;
  };
  return { listening, stop };
}
