// Subscribes with the real client of a protocol: node subscribe.mjs URL ws|sse TOKEN QUERY VARIABLES COUNT
// URL is the http one for both. Prints each result as a line of JSON and exits 0 after COUNT of them. Otherwise the last
// line says why it ended: "closed CODE REASON" (exit 3: the socket's close code, or the HTTP status), "errors JSON" or
// "completed" (exit 4).
import { createClient as createSSE } from 'graphql-sse';
import { createClient as createWS } from 'graphql-ws';
import WebSocket from 'ws';

const [url, protocol, token, query, variables, count] = process.argv.slice(2);
if (!count) {
  console.error('usage: node subscribe.mjs URL ws|sse TOKEN QUERY VARIABLES COUNT');
  process.exit(2);
}

const headers = token ? { Authorization: `Bearer ${token}` } : {};
// No retries: a test is to see the first close, not what the client makes of it.
const clients = {
  ws: () =>
    createWS({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, connectionParams: headers, retryAttempts: 0 }),
  sse: () => createSSE({ url, headers, retryAttempts: 0 }),
};

function end(code, ...words) {
  console.log(words.join(' ').trim());
  process.exit(code);
}

function fail(cause) {
  if (Array.isArray(cause)) end(4, 'errors', JSON.stringify(cause)); // the server refused the operation
  if (cause?.response) end(3, 'closed', cause.response.status, cause.response.statusText);
  if (cause?.code) end(3, 'closed', cause.code, cause.reason ?? cause.message);
  end(3, 'closed', 0, cause?.message ?? cause);
}

const client = clients[protocol]();
let left = Number(count);
client.subscribe(
  { query, variables: JSON.parse(variables || '{}') },
  {
    next(result) {
      if (left === 0) return;
      console.log(JSON.stringify(result));
      if (--left === 0) client.dispose(); // says goodbye, where exiting here would look like a crash to the server
    },
    error: (cause) => left > 0 && fail(cause),
    complete: () => left > 0 && end(4, 'completed'),
  },
);
