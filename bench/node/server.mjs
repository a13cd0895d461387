// A small server with the npm package graphql-ws: one subscription, with events published inside the process. POST /publish
// sends a text to every subscriber, and responds when all of them have it queued.
import { createServer } from 'node:http';
import { GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const subscribers = new Set();

// An async iterator over what is published from now on.
function published() {
  const queue = [];
  let waiting = null;
  const subscriber = (value) => {
    if (!waiting) return void queue.push(value);
    const resolve = waiting;
    waiting = null;
    resolve({ value, done: false });
  };
  subscribers.add(subscriber);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => (queue.length ? Promise.resolve({ value: queue.shift(), done: false }) : new Promise((resolve) => (waiting = resolve))),
    return: () => {
      subscribers.delete(subscriber);
      waiting?.({ value: undefined, done: true });
      return Promise.resolve({ value: undefined, done: true });
    },
  };
}

const text = { type: new GraphQLNonNull(GraphQLString) };
const Comment = new GraphQLObjectType({ name: 'Comment', fields: { body: text } });
const Act = new GraphQLObjectType({ name: 'Act', fields: { id: text, type: text, at: text, subject: { type: Comment } } });
const ActEvent = new GraphQLObjectType({ name: 'ActEvent', fields: { cursor: text, act: { type: Act } } });
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { ok: text } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: { acts: { type: ActEvent, subscribe: published, resolve: (event) => event } },
  }),
});

const server = createServer(async (req, res) => {
  let body = '';
  for await (const part of req) body += part;
  const event = {
    cursor: 'x'.repeat(48),
    act: { id: 'act_01m80wpcehf84sx2brjntywbaf', type: 'comment.posted', at: new Date().toISOString(), subject: { body } },
  };
  for (const subscriber of subscribers) subscriber(event);
  res.end('ok');
});
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
