// Prints the times of the console beside their budgets: they depend on the machine, and fail nothing. make bench-console.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { serve } from './serve.js';

const rounds = 5;
const folder = mkdtempSync(join(tmpdir(), 'plenary-console-bench-'));
const server = serve(folder, `sqlite://${folder}/plenary.db`);
process.env.BASE = await server.listening;
const { act, ask, base, launch, ready, visit } = await import('./browser.js');
const browser = await launch();

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const line = (what, values, budget) =>
  console.log(`${what.padEnd(58)} ${median(values).toFixed(0).padStart(6)} ms   ${budget === undefined ? '' : `budget ${budget} ms`}`);

// slow makes a page's network and processor those of the budget: 1.6 Mbit/s, 150 ms, four times slower.
async function slow(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const throughput = 1_600_000 / 8;
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}

async function paints(path) {
  const first = [];
  const largest = [];
  for (let i = 0; i < rounds; i += 1) {
    const { page, close } = await visit(browser, { width: 390 });
    await slow(page);
    await page.goto(base + path);
    await ready(page);
    const [fcp, lcp] = await page.evaluate(
      () =>
        new Promise((done) => {
          const fcpAt = performance.getEntriesByName('first-contentful-paint')[0].startTime;
          new PerformanceObserver((list) => done([fcpAt, list.getEntries().at(-1).startTime])).observe({
            type: 'largest-contentful-paint',
            buffered: true,
          });
        }),
    );
    first.push(fcp);
    largest.push(lcp);
    await close();
  }
  const name = path === '/' ? 'the front page' : 'a proposal';
  line(`first paint of ${name}, slow network and processor`, first, 1_000);
  line(`largest paint of ${name}, slow network and processor`, largest, 3_000);
}

async function live(proposal) {
  const own = [];
  const others = [];
  const { page, close } = await visit(browser, { person: 'customer3@demo' });
  await page.goto(`${base}/proposals/${proposal}?order=NEWEST`);
  await ready(page);
  await page.locator('.live.is-live').waitFor();
  for (let i = 0; i < rounds; i += 1) {
    own.push(
      await page.evaluate(
        () =>
          new Promise((done) => {
            const button = document.querySelector('article.comment .vote-choice button:nth-child(2)');
            const was = button.getAttribute('aria-pressed');
            const began = performance.now();
            const observer = new MutationObserver(() => {
              if (button.getAttribute('aria-pressed') === was) return;
              observer.disconnect();
              requestAnimationFrame(() => done(performance.now() - began));
            });
            observer.observe(button, { attributes: true });
            button.click();
          }),
      ),
    );
    await act('ngo@demo', 'postComment', { subject: proposal, body: `Said ${i}` }, 'comment { id }');
    const began = performance.now();
    await page.locator('.new-below button').waitFor();
    others.push(performance.now() - began);
    await page.locator('.new-below button').click();
    await page.locator('article.comment', { hasText: `Said ${i}` }).waitFor();
  }
  await close();
  line('own vote shown', own, 100);
  line("another's comment announced, after the server has taken it", others, 300);
}

try {
  const { proposals } = await ask(
    `{ proposals(first: 20, filter: {state: [OPEN]}) { nodes { id dialogue { phase { mayVote } } comments(first: 2) { nodes { id } } } } }`,
  );
  const { id } = proposals.nodes.find(({ dialogue, comments }) => dialogue.phase?.mayVote && comments.nodes.length > 1);
  await paints('/');
  await paints(`/proposals/${id}`);
  await live(id);
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
