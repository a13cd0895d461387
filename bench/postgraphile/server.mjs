// PostGraphile on a database of Plenary, configured as one would for the measured pages: the four tables they read, the
// relations between them, no mutations and no tools. It prints its address and serves until SIGTERM.
//
//   node server.mjs DATABASE-URL [--schema]
import { createServer } from 'node:http';
import { grafserv } from 'postgraphile/grafserv/node';
import { makePgService } from 'postgraphile/adaptors/pg';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { pgSmartTags } from 'postgraphile/utils';
import { postgraphile } from 'postgraphile';

const [databaseURL, option] = process.argv.slice(2);

// Plenary's tables have no foreign keys; these are the relations that the pages follow.
const tables = {
  dialogues: {},
  proposals: { foreignKey: '(dialogue_id) references public.dialogues (id)|@fieldName dialogue|@foreignFieldName proposals' },
  comments: {
    foreignKey: [
      '(subject_id) references public.proposals (id)|@fieldName proposal|@foreignFieldName comments',
      '(author_id) references public.stakeholders (id)|@fieldName author|@foreignFieldName authored',
    ],
  },
  stakeholders: {},
};

// The columns that the pages filter by. By itself PostGraphile offers only columns that lead an index.
const filtered = { dialogues: ['state', 'visibility'], proposals: ['state'], comments: ['depth', 'state'] };

const tags = pgSmartTags([
  { kind: 'class', match: (table) => !(table.relname in tables), tags: { behavior: '-*' } },
  ...Object.entries(tables).map(([name, more]) => ({ kind: 'class', match: name, tags: more })),
  ...Object.entries(filtered).flatMap(([table, columns]) =>
    columns.map((column) => ({ kind: 'attribute', match: `${table}.${column}`, tags: { behavior: '+filterBy' } }))
  ),
]);

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [tags],
  disablePlugins: ['NodePlugin', 'PgMutationCreatePlugin', 'PgMutationUpdateDeletePlugin'],
  // As many connections as Plenary's own pool keeps.
  pgServices: [makePgService({ connectionString: databaseURL, schemas: ['public'], pubsub: false, poolConfig: { max: 20, min: 4 } })],
  grafast: { explain: false },
  grafserv: { graphqlPath: '/graphql', graphiql: false, graphiqlOnGraphQLGET: false, watch: false, websockets: false },
};

const pgl = postgraphile(preset);
if (option === '--schema') {
  const { printSchema } = await import('postgraphile/graphql');
  console.log(printSchema(await pgl.getSchema()));
  process.exit(0);
}
const server = createServer();
server.on('error', (error) => {
  console.error(error);
  process.exit(1);
});
await pgl.createServ(grafserv).addTo(server);
await pgl.getSchema();
server.listen(0, '127.0.0.1', () => console.log(`serving http://127.0.0.1:${server.address().port}/`));
process.on('SIGTERM', () => process.exit(0));
