// Relay against the server: its compiler on /schema.graphql, and its runtime with what the compiler wrote. checks.mjs runs the
// checks that this gives.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import relay from 'relay-runtime';

const { commitMutation, createOperationDescriptor, Environment, getRequest, getSelector, Network, Observable, RecordSource, requestSubscription, Store } = relay;
const project = fileURLToPath(new URL('relay', import.meta.url));
const compiler = createRequire(import.meta.url).resolve('relay-compiler/cli.js');

/** Compiles the project in a folder of its own, and gives what the compiler wrote by name. */
async function compiled(url) {
  const folder = await mkdtemp(join(tmpdir(), 'relay-'));
  try {
    await cp(project, join(folder, 'src'), { recursive: true });
    await mkdir(join(folder, 'artifacts'));
    await writeFile(join(folder, 'package.json'), '{"type": "commonjs"}');
    await writeFile(join(folder, 'schema.graphql'), await (await fetch(new URL('/schema.graphql', url))).text());
    const config = { src: './src', schema: './schema.graphql', schemaExtensions: ['./src'], language: 'javascript', artifactDirectory: './artifacts', eagerEsModules: false };
    await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
    await promisify(execFile)(process.execPath, [compiler, join(folder, 'relay.config.json')], { cwd: folder });
    const load = createRequire(join(folder, 'artifacts', 'all.js'));
    const files = await readdir(join(folder, 'artifacts'));
    return Object.fromEntries(files.map((file) => [file.replace('.graphql.js', ''), load(`./${file}`)]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Gives the checks. ask sends an operation without a client's help, post posts a comment, and newWS opens graphql-ws. */
export function relayChecks(url, headers, { ask, post, newWS }) {
  const artifacts = compiled(url);
  artifacts.catch(() => {}); // each check says it

  /** An application: its environment, and what the compiler wrote. */
  async function application() {
    const written = await artifacts;
    const send = async ({ text }, variables) => {
      const body = JSON.stringify({ query: text, variables });
      return (await fetch(url, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body })).json();
    };
    const ws = newWS();
    const follow = ({ text }, variables) => Observable.create((sink) => ws.subscribe({ query: text, variables }, sink));
    const environment = new Environment({ network: Network.create(send, follow), store: new Store(new RecordSource()) });
    const described = (name, variables) => createOperationDescriptor(getRequest(written[name]), variables);
    return {
      written,
      environment,
      close: () => ws.dispose(),
      /** Reads what the store holds of an operation. */
      held: (name, variables = {}) => environment.lookup(described(name, variables).fragment).data,
      /** Reads what the store holds of a fragment. */
      spread: (name, ref) => environment.lookup(getSelector(written[name], ref)).data,
      /** Sends a query; the store holds the answer, and keeps it. */
      async query(name, variables = {}) {
        const operation = described(name, variables);
        environment.retain(operation);
        await environment.execute({ operation }).toPromise();
        return environment.lookup(operation.fragment).data;
      },
      mutate: (name, variables, more = {}) =>
        new Promise((resolve, reject) => {
          commitMutation(environment, { mutation: written[name], variables, onCompleted: resolve, onError: reject, ...more });
        }),
    };
  }

  return {
    async 'relay-compiler leaves no operation of the schema without its text'() {
      const requests = Object.values(await artifacts).filter(({ kind }) => kind === 'Request');
      assert.deepEqual(requests.filter(({ params }) => typeof params.text !== 'string').map(({ params }) => params.name), []);
      assert.equal(requests.length, 9);
      const { text } = (await artifacts).operationsListQuery.params;
      assert.ok(text.includes('proposals(first: 1)') && !text.includes('openTab'), text);
    },
    async 'Relay refetches a thing through node'() {
      const app = await application();
      const [listed] = (await app.query('operationsListQuery')).proposals.nodes;
      const before = app.spread('operations_proposal', listed);
      assert.match(app.written.operationsProposalRefetchQuery.params.text, /node\(id: \$id\)/);
      const { node } = await app.query('operationsProposalRefetchQuery', { id: listed.id });
      assert.deepEqual(app.spread('operations_proposal', node), before);
      assert.ok(before.title && before.author.name);
      await app.close();
    },
    async 'Relay prepends the edge of what it made to a connection, and pages on from it'() {
      const app = await application();
      const { dialogues } = await ask(`{ dialogues(filter: { state: OPEN, text: "price" }) { nodes { id } } }`);
      const id = dialogues.nodes[0].id;
      const variables = { id, count: 1 };
      const shown = () => app.spread('operations_comments', app.held('operationsDialogueQuery', variables).dialogue).comments;
      const page = await app.query('operationsDialogueQuery', variables);
      const first = app.spread('operations_comments', page.dialogue).comments.edges[0].node.id;
      const connection = relay.ConnectionHandler.getConnectionID(id, 'operations_comments', { order: 'NEWEST' });
      const input = { subject: id, body: `Prepended by ${process.pid}` };
      const { postComment } = await app.mutate('operationsPostMutation', { input, connections: [connection] });
      assert.deepEqual(postComment.userErrors, []);
      const made = postComment.commentEdge.node.id;
      assert.deepEqual(shown().edges.map(({ node }) => node.id), [made, first]);
      const { node } = await ask(
        `query ($id: ID!, $after: String) { node(id: $id) { ... on Dialogue { comments(first: 100, after: $after, order: NEWEST) { nodes { id } } } } }`,
        { id, after: postComment.commentEdge.cursor },
      );
      const beyond = node.comments.nodes.map((one) => one.id);
      assert.ok(beyond.includes(first) && !beyond.includes(made), 'the cursor of the edge is a place in the list');
      const cursor = app.environment.getStore().getSource().get(connection);
      const { __ref } = cursor.pageInfo;
      const { endCursor } = app.environment.getStore().getSource().get(__ref);
      await app.query('operationsCommentsPaginationQuery', { id, count: 2, cursor: endCursor });
      const ids = shown().edges.map(({ node: one }) => one.id);
      assert.equal(new Set(ids).size, ids.length, 'no entry is there twice');
      assert.ok(ids.length > 2 && ids[0] === made && ids[1] === first, ids.join(' '));
      await app.close();
    },
    async 'Relay shows an optimistic answer until the server has answered'() {
      const app = await application();
      const { id } = await post('Relay votes on this.');
      const shown = () => app.held('operationsVotesQuery', { id }).comment;
      await app.query('operationsVotesQuery', { id });
      assert.deepEqual(shown(), { viewerVote: null, tally: { agree: 0 } });
      const comment = { id, viewerVote: 'AGREE', tally: { agree: 1000 } };
      const answered = app.mutate('operationsVoteMutation', { input: { id, choice: 'AGREE' } }, { optimisticResponse: { voteOnComment: { comment, userErrors: [] } } });
      assert.deepEqual(shown(), { viewerVote: 'AGREE', tally: { agree: 1000 } });
      assert.deepEqual((await answered).voteOnComment.userErrors, []);
      assert.deepEqual(shown(), { viewerVote: 'AGREE', tally: { agree: 1 } });
      await app.close();
    },
    async 'Relay keeps what it shows up to date by a subscription'() {
      const app = await application();
      const { id } = await post('Relay follows this.');
      await app.query('operationsVotesQuery', { id });
      const { head } = await app.query('operationsHeadQuery');
      const voted = new Promise((resolve, reject) => {
        requestSubscription(app.environment, {
          subscription: app.written.operationsFollowSubscription,
          variables: { after: head },
          onNext: ({ acts }) => acts.act.type === 'COMMENT_VOTED' && acts.act.subject?.id === id && resolve(),
          onError: reject,
        });
      });
      await ask(`mutation ($id: ID!) { voteOnComment(input: { id: $id, choice: AGREE }) { userErrors { code } } }`, { id });
      await voted;
      assert.equal(app.held('operationsVotesQuery', { id }).comment.tally.agree, 1);
      await app.close();
    },
  };
}
