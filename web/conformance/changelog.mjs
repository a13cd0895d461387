// Writes what changed between two schemas, as Markdown: node changelog.mjs RELEASED NOW
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { readFile } from 'node:fs/promises';

const files = process.argv.slice(2);
if (files.length !== 2) {
  console.error('usage: node changelog.mjs RELEASED NOW');
  process.exit(2);
}
const [released, now] = await Promise.all(files.map(async (file) => buildSchema(await readFile(file, 'utf8'))));
const changes = await diff(released, now);

/** The groups in the order in which a reader wants them, each with what it means for a client. */
const groups = [
  [CriticalityLevel.Breaking, 'Breaking', 'An operation that was valid may be refused, or may get what it does not expect.'],
  [CriticalityLevel.Dangerous, 'Dangerous', 'Every operation is valid still, but a client may meet what it does not know.'],
  [CriticalityLevel.NonBreaking, 'Safe', 'No client notices.'],
];

console.log('# What changed in the schema since the last release');
if (changes.length === 0) console.log('\nNothing.');
for (const [level, name, meaning] of groups) {
  const messages = changes.filter(({ criticality }) => criticality.level === level).map(({ message }) => `- ${message.replaceAll('\n', ' ')}`);
  if (messages.length === 0) continue;
  console.log(`\n## ${name}\n\n${meaning}\n\n${messages.sort().join('\n')}`);
}
