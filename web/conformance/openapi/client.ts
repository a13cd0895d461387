// A program as an integrator writes it, with a client that is typed by the document of the API: node client.js URL TOKEN
// One line per check, as checks.mjs has them; exits 1 if one fails.
import createClient from 'openapi-fetch';
import type { components, paths, webhooks } from './openapi.js';

const [baseUrl, token] = process.argv.slice(2) as [string, string];
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
const visitor = createClient<paths>({ baseUrl });

function is(what: unknown, wanted: unknown): void {
  const [got, want] = [JSON.stringify(what), JSON.stringify(wanted)];
  if (got !== want) throw new Error(`${got}, want ${want}`);
}

async function digestOf(text: string): Promise<string> {
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `sha-256=:${Buffer.from(sum).toString('base64')}:`;
}

const text = 'What we measured.';
const checks: Record<string, () => Promise<void>> = {
  'a file is sent and read': async () => {
    const header = { 'Content-Disposition': 'attachment; filename="a.txt"', 'Content-Digest': await digestOf(text) };
    const sent = await client.POST('/files', {
      params: { header }, headers: { 'Content-Type': 'text/plain' }, body: text, bodySerializer: (body) => body,
    });
    if (!sent.data) throw new Error(JSON.stringify(sent.error));
    const kept: components['schemas']['File'] = sent.data.file;
    is([sent.response.status, kept.name, kept.mediaType], [201, 'a.txt', 'text/plain']);
    const read = await client.GET('/files/{file}', { params: { path: { file: kept.id } }, parseAs: 'text' });
    is(read.data, text);
    const hidden = await visitor.GET('/files/{file}', { params: { path: { file: kept.id } }, parseAs: 'text' });
    is([hidden.response.status, hidden.error?.errors[0]?.extensions.code], [404, 'NOT_FOUND']);
  },
  'a refusal is typed': async () => {
    const header = { 'Content-Disposition': 'attachment; filename="a.txt"', 'Content-Digest': await digestOf('other bytes') };
    const sent = await client.POST('/files', {
      params: { header }, headers: { 'Content-Type': 'text/plain' }, body: text, bodySerializer: (body) => body,
    });
    is([sent.response.status, sent.error?.errors[0]?.extensions.code, sent.error?.errors[0]?.path], [400, 'FILE_DIGEST', ['digest']]);
  },
  'assessments are pulled': async () => {
    const pulled = await client.GET('/exports/assessments.jsonl', { params: { query: { state: ['PUBLISHED', 'OUTDATED'] } }, parseAs: 'text' });
    const lines = (pulled.data ?? '').trimEnd().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '') as components['schemas']['ExportEnd'];
    is([last.end, last.count], [true, lines.length - 1]);
    const one = JSON.parse(lines[0] ?? '') as components['schemas']['ExportedAssessment'];
    is(['PUBLISHED', 'OUTDATED'].includes(one.state), true);
  },
  'the server is ready': async () => {
    const ready = await visitor.GET('/readyz');
    is(ready.data?.status, 'ok');
  },
  'types of events are listed': async () => {
    const { data } = await visitor.GET('/schemas/events/');
    const opened: keyof webhooks = 'proposal.opened';
    is(data?.events.some((event) => event.type === opened), true);
  },
};

// What the compiler must refuse; each line fails to compile without its mark.
export function refused(event: components['schemas']['event.proposal.opened']): void {
  // @ts-expect-error there is no such path
  void client.GET('/nothing');
  // @ts-expect-error there is no such state
  void client.GET('/exports/assessments.csv', { params: { query: { state: ['GONE'] } } });
  // @ts-expect-error the type of an event is its own
  event.type = 'proposal.closed';
}

for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (cause) {
    process.exitCode = 1;
    console.log(`not ok ${name}: ${String(cause)}`);
  }
}
