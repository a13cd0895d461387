// Joins the SDL, which has a file a noun, into the one file that gql.tada reads. Nothing of it is committed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const schema = new URL('../../schema/', import.meta.url);

const files = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.graphqls'))
    .sort()
    .map((name) => new URL(name, folder));

// sdl is the schema as the server composes it.
export const sdl = () => [...files(schema), ...files(new URL('derived/', schema))].map((file) => readFileSync(file, 'utf8')).join('\n');

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL('../.schema.graphql', import.meta.url), sdl());
