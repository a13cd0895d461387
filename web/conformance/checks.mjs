// Runs the real clients against a server that holds the shipped example: node checks.mjs URL TOKEN
// TOKEN speaks for a customer. One line per check, "ok NAME" or "not ok NAME: why"; exits 1 unless all are ok.
import { diff } from '@graphql-inspector/core';
import { ApolloClient, ApolloLink, InMemoryCache, HttpLink, gql } from '@apollo/client/core/index.js';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions/index.js';
import { cacheExchange, Client, fetchExchange, subscriptionExchange } from '@urql/core';
import {
  buildClientSchema,
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  getIntrospectionQuery,
  lexicographicSortSchema,
  OperationTypeNode,
  printSchema,
} from 'graphql';
import { createClient as createSSE } from 'graphql-sse';
import { createClient as createWS } from 'graphql-ws';
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { relayChecks } from './relay.mjs';

const [url, token] = process.argv.slice(2);
if (!token) {
  console.error('usage: node checks.mjs URL TOKEN');
  process.exit(2);
}
const headers = { Authorization: `Bearer ${token}` };
const socketURL = url.replace(/^http/, 'ws');

/** Gives a fetch that notes what was sent. */
function noting(sent) {
  return (input, init = {}) => {
    sent.push({ method: init.method ?? 'GET', url: String(input), headers: new Headers(init.headers) });
    return fetch(input, init);
  };
}

const PROPOSALS = `query Proposals($first: Int) {
  proposals(first: $first) { nodes { __typename id title state author { __typename id name } } pageInfo { hasNextPage endCursor } }
}`;
const HEAD = `{ head }`;
const FOLLOW = `subscription Follow($after: String) {
  acts(after: $after) { cursor act { type subject { ... on Comment { id body } } } }
}`;
const POST = `mutation Post($subject: ID!, $body: String!, $key: String!) {
  postComment(input: { subject: $subject, body: $body }) @idempotent(key: $key) {
    comment { __typename id body tally { agree } } userErrors { code message }
  }
}`;
const VOTE = `mutation Vote($id: ID!) {
  voteOnComment(input: { id: $id, choice: AGREE }) { comment { __typename id tally { agree } } userErrors { code } }
}`;

/** Asks without any client's help. */
async function ask(query, variables) {
  const resp = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await resp.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

let unique = 0;
/** Posts a comment where comments are taken and gives it. */
async function post(body) {
  const { dialogues } = await ask(`{ dialogues(filter: { state: OPEN, text: "price" }) { nodes { id } } }`);
  const variables = { subject: dialogues.nodes[0].id, body, key: `checks-${process.pid}-${unique++}` };
  const { postComment } = await ask(POST, variables);
  assert.deepEqual(postComment.userErrors, []);
  return postComment.comment;
}

/** Follows the log from its present end, posts a comment and wants to hear of it. */
async function hears(follow) {
  const { head } = await ask(HEAD);
  const body = `Heard by ${process.pid}-${unique++}`;
  const heard = new Promise((resolve, reject) => {
    const stop = follow({ after: head }, (result) => {
      try {
        assert.ok(!result.errors && !result.error, JSON.stringify(result.errors ?? result.error));
        if (result.data.acts.act.subject?.body === body) resolve(() => stop());
      } catch (cause) {
        reject(cause);
      }
    });
  });
  await post(body);
  (await heard)();
}

const newWS = (options) => createWS({ url: socketURL, webSocketImpl: WebSocket, connectionParams: headers, retryAttempts: 0, ...options });
const newSSE = () => createSSE({ url: `${url}/stream`, headers, retryAttempts: 0 });

/** Gives the code and reason with which the server closes a socket of the real client. */
function closing(options, subscriptions = 1) {
  return new Promise((resolve) => {
    const client = newWS({
      ...options,
      on: { ...options.on, closed: ({ code, reason }) => resolve(`${code} ${reason}`) },
    });
    for (let i = 0; i < subscriptions; i++) {
      client.subscribe({ query: FOLLOW }, { next() {}, error() {}, complete() {} });
    }
  });
}

const checks = {
  ...relayChecks(url, headers, { ask, post, newWS }),
  'introspection and /schema.graphql agree, also for graphql-inspector': async () => {
    const served = buildSchema(await (await fetch(new URL('/schema.graphql', url))).text());
    const asked = buildClientSchema(await ask(getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true })));
    const changes = [asked, served].flatMap((old, i, both) => [findBreakingChanges, findDangerousChanges].flatMap((find) => find(old, both[1 - i])));
    // What buildSchema adds is graphql-js's own @deprecated, which may stand in more places than that of the specification.
    assert.deepEqual(changes.filter(({ description }) => !/from deprecated\.$/.test(description)), []);
    assert.equal(printSchema(lexicographicSortSchema(asked)), printSchema(lexicographicSortSchema(served)));
    const found = (await Promise.all([diff(asked, served), diff(served, asked)])).flat();
    assert.deepEqual(found.filter(({ path }) => path !== '@deprecated').map(({ message }) => message), []);
  },

  async 'urql queries by POST, and its document cache answers the second time'() {
    const sent = [];
    const client = new Client({ url, exchanges: [cacheExchange, fetchExchange], fetch: noting(sent), fetchOptions: { headers }, preferGetMethod: false });
    const first = await client.query(PROPOSALS, { first: 3 }).toPromise();
    const second = await client.query(PROPOSALS, { first: 3 }).toPromise();
    assert.equal(first.error, undefined);
    assert.equal(first.data.proposals.nodes.length, 3);
    assert.deepEqual(second.data, first.data);
    assert.deepEqual(sent.map((s) => s.method), ['POST']);
  },
  async 'urql queries by GET'() {
    const sent = [];
    const client = new Client({ url, exchanges: [fetchExchange], fetch: noting(sent), fetchOptions: { headers }, preferGetMethod: 'force' });
    const { data, error } = await client.query(PROPOSALS, { first: 2 }).toPromise();
    assert.equal(error, undefined);
    assert.equal(data.proposals.nodes.length, 2);
    assert.equal(sent[0].method, 'GET');
    assert.match(sent[0].url, /[?&]query=/);
  },
  async 'urql mutates, and a repeat with the same key does nothing again'() {
    const client = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers }, preferGetMethod: 'force' });
    const there = await post('To be answered.');
    const { comment } = await ask(`query($id: ID!) { comment(id: $id) { subject { ... on Node { id } } } }`, { id: there.id });
    const variables = { subject: comment.subject.id, body: 'Once.', key: `urql-${process.pid}` };
    const first = await client.mutation(POST, variables).toPromise();
    const second = await client.mutation(POST, variables).toPromise();
    assert.equal(first.error, undefined);
    assert.equal(second.data.postComment.comment.id, first.data.postComment.comment.id);
    const other = await client.mutation(POST, { ...variables, body: 'Twice.' }).toPromise();
    assert.equal(other.error?.graphQLErrors[0].extensions.code, 'IDEMPOTENCY_MISMATCH');
  },
  async 'urql shows an error with its code'() {
    const client = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers }, preferGetMethod: false });
    const { error } = await client.query(`{ proposal(id: "none") { id } }`, {}).toPromise();
    assert.equal(error.graphQLErrors[0].extensions.code, 'NOT_FOUND');
  },
  async 'urql subscribes over graphql-ws'() {
    const ws = newWS();
    const client = new Client({
      url,
      preferGetMethod: false,
      exchanges: [
        subscriptionExchange({
          forwardSubscription: ({ query, variables }) => ({ subscribe: (sink) => ({ unsubscribe: ws.subscribe({ query, variables }, sink) }) }),
        }),
      ],
    });
    await hears((variables, next) => client.subscription(FOLLOW, variables).subscribe(next).unsubscribe);
    await ws.dispose();
  },
  async 'urql subscribes over graphql-sse'() {
    const sse = newSSE();
    const client = new Client({
      url,
      preferGetMethod: false,
      exchanges: [
        subscriptionExchange({
          forwardSubscription: ({ query, variables }) => ({ subscribe: (sink) => ({ unsubscribe: sse.subscribe({ query, variables }, sink) }) }),
        }),
      ],
    });
    await hears((variables, next) => client.subscription(FOLLOW, variables).subscribe(next).unsubscribe);
    sse.dispose();
  },
  async 'urql subscribes by itself, with fetch and server-sent events'() {
    const client = new Client({
      url: `${url}/stream`, fetchSubscriptions: true, exchanges: [fetchExchange], fetchOptions: { headers }, preferGetMethod: false,
    });
    await hears((variables, next) => client.subscription(FOLLOW, variables).subscribe(next).unsubscribe);
  },
  async 'Apollo queries by GET and POST and keeps things by their ids'() {
    for (const useGETForQueries of [true, false]) {
      const sent = [];
      const link = new HttpLink({ uri: url, headers, fetch: noting(sent), useGETForQueries });
      const client = new ApolloClient({ link, cache: new InMemoryCache() });
      const { data, error } = await client.query({ query: gql(PROPOSALS), variables: { first: 3 } });
      assert.equal(error, undefined);
      assert.equal(sent[0].method, useGETForQueries ? 'GET' : 'POST');
      const kept = client.cache.extract();
      for (const p of data.proposals.nodes) {
        assert.equal(kept[`Proposal:${p.id}`].title, p.title);
        assert.equal(kept[`${p.author.__typename}:${p.author.id}`].name, p.author.name);
      }
    }
  },
  async 'Apollo sees what a mutation changed wherever it is shown'() {
    const client = new ApolloClient({ link: new HttpLink({ uri: url, headers }), cache: new InMemoryCache() });
    const comment = await post('Apollo watches this.');
    const query = gql`query One($id: ID!) { comment(id: $id) { id tally { agree } } }`;
    const seen = [];
    const watching = client.watchQuery({ query, variables: { id: comment.id } }).subscribe(({ data }) => seen.push(data?.comment?.tally.agree));
    await client.query({ query, variables: { id: comment.id } });
    await client.mutate({ mutation: gql(VOTE), variables: { id: comment.id } });
    assert.equal(client.readQuery({ query, variables: { id: comment.id } }).comment.tally.agree, 1);
    watching.unsubscribe();
    assert.ok(seen.includes(1), `the watcher saw ${seen}`);
  },
  async 'Apollo subscribes over graphql-ws'() {
    const ws = newWS();
    const link = ApolloLink.split(({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION, new GraphQLWsLink(ws), new HttpLink({ uri: url, headers }));
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    await hears((variables, next) => {
      const sub = client.subscribe({ query: gql(FOLLOW), variables }).subscribe(next);
      return () => sub.unsubscribe();
    });
    await ws.dispose();
  },
  async 'graphql-ws is closed with 4400 for a message that is none'() {
    const opened = (socket) => socket.send('{"type":"start"}');
    assert.equal(await closing({ on: { opened } }), '4400 Invalid message');
  },
  async 'graphql-ws is closed with 4401 for subscribing before it said who it is'() {
    const opened = (socket) => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: FOLLOW } }));
    // It says who it is behind what "opened" sent, so it waits here.
    assert.equal(await closing({ connectionParams: () => new Promise(() => {}), on: { opened } }), '4401 Unauthorized');
  },
  async 'graphql-ws is closed with 4403 for a bad token'() {
    assert.equal(await closing({ connectionParams: { Authorization: 'Bearer bad' } }), '4403 Forbidden');
  },
  async 'graphql-ws is closed with 4408 for never saying who it is'() {
    assert.equal(await closing({ connectionParams: () => new Promise(() => {}) }), '4408 Connection initialisation timeout');
  },
  async 'graphql-ws is closed with 4409 for an id in use'() {
    assert.equal(await closing({ generateID: () => 'twin' }, 2), '4409 Subscriber for twin already exists');
  },
  async 'graphql-ws is closed with 4429 for saying twice who it is'() {
    const opened = (socket) => socket.send('{"type":"connection_init"}');
    assert.equal(await closing({ on: { opened } }), '4429 Too many initialisation requests');
  },
  async 'graphql-sse runs everything over one connection'() {
    const sent = [];
    // The client writes the token of its stream into the headers that it is given.
    const sse = createSSE({ url: `${url}/stream`, headers: { ...headers }, retryAttempts: 0, singleConnection: true, lazy: false, fetchFn: noting(sent) });
    const answered = new Promise((resolve, reject) => {
      let last;
      sse.subscribe({ query: `{ viewer { roles } }` }, { next: (result) => (last = result), error: reject, complete: () => resolve(last) });
    });
    await hears((variables, next) => {
      const fail = (cause) => next({ errors: [String(cause)] });
      return sse.subscribe({ query: FOLLOW, variables }, { next, error: fail, complete() {} });
    });
    assert.deepEqual((await answered).data.viewer.roles, ['CUSTOMER']);
    await hears((variables, next) => sse.subscribe({ query: FOLLOW, variables }, { next, error: () => {}, complete() {} }));
    const count = (method) => sent.filter((one) => one.method === method).length;
    assert.deepEqual([count('PUT'), count('GET'), count('POST')], [1, 1, 3]);
    assert.ok(count('DELETE') >= 1, 'a subscription that is ended is stopped');
    sse.dispose();
  },
  async 'graphql-sse is refused with 401 for a bad token'() {
    const client = createSSE({ url: `${url}/stream`, headers: { Authorization: 'Bearer bad' }, retryAttempts: 0 });
    const cause = await new Promise((resolve) => client.subscribe({ query: FOLLOW }, { next() {}, error: resolve, complete: () => resolve(null) }));
    assert.equal(cause?.response?.status, 401);
  },
  async 'a cursor of nothing is an error of the subscription, not of the socket'() {
    for (const client of [newWS(), newSSE()]) {
      const told = await new Promise((resolve) => {
        client.subscribe(
          { query: FOLLOW, variables: { after: 'nonsense' } },
          { next: ({ errors }) => resolve(errors), error: resolve, complete: () => resolve(null) },
        );
      });
      assert.equal(told?.[0]?.extensions?.code, 'BAD_USER_INPUT', JSON.stringify(told));
      await client.dispose();
    }
  },
};

// urql leaves the abort of a stream that it was asked to end unhandled.
process.on('unhandledRejection', (cause) => {
  if (cause?.name !== 'AbortError') throw cause;
});

// All at once: most of the time is spent waiting for the server's patience to end.
const results = await Promise.allSettled(Object.values(checks).map((check) => check()));
Object.keys(checks).forEach((name, i) => {
  const { status, reason } = results[i];
  console.log(status === 'fulfilled' ? `ok ${name}` : `not ok ${name}: ${String(reason?.stack ?? reason).replaceAll('\n', ' ')}`);
});
process.exit(results.every(({ status }) => status === 'fulfilled') ? 0 : 1);
