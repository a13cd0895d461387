// Joins the SDL, which has a file a noun, into the one file that gql.tada reads, and lists for the cache which types an interface or a union
// can be. Nothing of it is committed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema, isAbstractType } from 'graphql';

const schema = new URL('../../schema/', import.meta.url);

const files = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.graphqls'))
    .sort()
    .map((name) => new URL(name, folder));

// sdl is the schema as the server composes it.
export const sdl = () => [...files(schema), ...files(new URL('derived/', schema))].map((file) => readFileSync(file, 'utf8')).join('\n');

// possible gives the types that each interface and union can be.
function possible() {
  const known = buildSchema(sdl(), { assumeValidSDL: true });
  const abstract = Object.values(known.getTypeMap()).filter(isAbstractType);
  return Object.fromEntries(abstract.map((type) => [type.name, known.getPossibleTypes(type).map(({ name }) => name)]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../.schema.graphql', import.meta.url), sdl());
  writeFileSync(new URL('../console/app/possible.json', import.meta.url), JSON.stringify(possible(), null, 1) + '\n');
}
