// Follows the act log across whatever ends the connection: node resume.mjs URL ws|sse TOKEN AFTER COUNT [slow]
// Prints "act ID CURSOR" for each act and "closed CODE REASON" for each close; exits 0 after COUNT acts. With "slow" it stops
// reading its first socket after one act until the server has given up on it.
import { createClient as createSSE } from 'graphql-sse';
import { createClient as createWS } from 'graphql-ws';
import WebSocket from 'ws';

const [url, protocol, token, from, count, slow] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${token}` };
const again = async () => new Promise((resolve) => setTimeout(resolve, 50));

let last = from;
let left = Number(count);
// Both clients write their request anew for each connection: a getter gives the cursor of that moment.
const variables = {
  get after() {
    return last;
  },
};
const body = 'abcdefghijklmnopqrstuvwxyz'.split('').map((alias) => `${alias}: body`).join(' ');
const query = `subscription Follow($after: String) {
  acts(after: $after) { cursor act { id ${slow ? `subject { ... on Comment { ${body} } }` : ''} } }
}`;

let socket;
let paused = !slow;
const clients = {
  ws: () =>
    createWS({
      url: url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: headers,
      retryAttempts: Infinity,
      retryWait: again,
      shouldRetry: () => true, // also when nobody listens for a moment
      on: {
        opened: (s) => (socket = s),
        closed: ({ code, reason }) => left > 0 && console.log(`closed ${code} ${reason}`),
      },
    }),
  sse: () => createSSE({ url: `${url}/stream`, headers, retryAttempts: 1000, retry: again }),
};

const client = clients[protocol]();
client.subscribe(
  { query, variables },
  {
    next({ data, errors }) {
      if (left === 0) return;
      if (errors) {
        console.log(`errors ${JSON.stringify(errors)}`);
        process.exit(4);
      }
      last = data.acts.cursor;
      console.log(`act ${data.acts.act.id} ${last}`);
      if (--left === 0) client.dispose();
      if (!paused) {
        paused = true;
        socket.pause();
        setTimeout(() => socket.resume(), 13000); // the server waits 5 s for room, and 10 s for one write
      }
    },
    error: (cause) => {
      console.log(`ended ${cause?.message ?? JSON.stringify(cause)}`);
      process.exit(3);
    },
    complete: () => {
      if (left > 0) {
        console.log('completed');
        process.exit(4);
      }
    },
  },
);
