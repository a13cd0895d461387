// Follows what happens. One socket a tab; where sockets are blocked one event stream, while the tab is visible; where that is
// blocked too, pages ask again every 30 seconds. Each way goes on behind the last cursor.
import { createRequest, type AnyVariables, type TypedDocumentNode } from '@urql/core';
import type { Client as Socket } from 'graphql-ws';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useClient } from 'urql';
import { pipe, subscribe } from 'wonka';

export type Liveness = 'off' | 'live' | 'waiting' | 'polling';
type Way = 'socket' | 'stream' | 'poll';
type Token = () => string | null; // the present one, of one person

interface Request {
  query?: string;
  variables?: Record<string, unknown>;
}

interface Sink {
  next: (result: any) => void;
  error: (error: any) => void;
  complete: () => void;
}

const attempts = 3; // in a row, before the next way is tried
const pollEvery = 30_000;
const hiddenFor = 300_000;

let way: Way = 'socket';
let state: Liveness = 'off';
let socket: { token: Token; client: Promise<Socket> } | undefined;
const listeners = new Set<() => void>();

function become(next: Liveness) {
  state = next;
  for (const listener of listeners) listener();
}

const listen = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useLiveness = () => useSyncExternalStore(listen, () => state);

// resumed gives the variables as they are at each connection: behind the last event.
function resumed(variables: Record<string, unknown> = {}) {
  const last = { after: variables.after };
  return {
    variables: Object.defineProperty({ ...variables }, 'after', { enumerable: true, get: () => last.after }),
    seen(result: { data?: Record<string, { cursor?: string } | null> | null }) {
      for (const event of Object.values(result.data ?? {})) if (event?.cursor) last.after = event.cursor;
    },
  };
}

// renewed opens the socket anew with a token that took the place of another; what is followed goes on behind its last event.
export const renewed = () => void socket?.client.then((client) => client.terminate());

function open(token: Token): Promise<Socket> {
  if (socket?.token === token) return socket.client;
  void socket?.client.then((old) => old.dispose());
  let failures = 0;
  const client = import('graphql-ws').then(({ createClient }) =>
    createClient({
      url: `${location.protocol.replace('http', 'ws')}//${location.host}/graphql`,
      lazyCloseTimeout: 1_000,
      connectionParams: () => {
        const bearer = token();
        return bearer ? { authorization: `Bearer ${bearer}` } : {};
      },
      retryAttempts: Infinity,
      shouldRetry: () => way === 'socket',
      retryWait: (n) => new Promise((done) => setTimeout(done, Math.min(30_000, 500 * 2 ** n) * (0.5 + Math.random() / 2))),
      on: {
        connected: () => {
          failures = 0;
          become('live');
        },
        closed: () => {
          if (state !== 'off') become('waiting');
          if (++failures >= attempts && way === 'socket') way = 'stream';
        },
      },
    }),
  );
  socket = { token, client };
  return client;
}

// forward runs a subscription by the best way that works, for the client of the API.
export function forward(request: Request, sink: Sink, token: Token) {
  const { variables, seen } = resumed(request.variables);
  const next = (result: any) => {
    seen(result);
    cuts = 0;
    sink.next(result);
  };
  let stopped = false;
  let stop = () => {};
  let cuts = 0; // since the last event
  const beginLater = () => void setTimeout(begin, Math.min(30_000, 1_000 * 2 ** cuts++));
  const begin = () => {
    if (stopped) return;
    if (way === 'poll') return become('polling');
    become('waiting');
    stop = way === 'socket' ? overSocket() : overStream();
  };
  const overSocket = () => {
    let unsubscribe = () => {};
    let gone = false;
    void open(token).then((client) => {
      if (gone) return;
      unsubscribe = client.subscribe(
        { query: request.query ?? '', variables },
        // A socket that was closed is opened again, by the next way where this one is blocked; an error of the subscription stays one.
        {
          next,
          error: (error) => (Array.isArray(error) ? sink.error(error) : way === 'socket' ? beginLater() : begin()),
          complete: sink.complete,
        },
      );
    });
    return () => {
      gone = true;
      unsubscribe();
    };
  };
  const overStream = () => {
    const abort = new AbortController();
    void streamed({ query: request.query, variables }, token(), next, abort.signal).then((ended) => {
      if (abort.signal.aborted) return;
      if (ended === 'complete') return sink.complete();
      if (ended === 'blocked') way = 'poll';
      beginLater();
    });
    return () => abort.abort();
  };
  begin();
  return {
    unsubscribe() {
      stopped = true;
      stop();
      become('off');
    },
  };
}

// streamed reads server-sent events until the stream ends; blocked says that none could be opened.
async function streamed(body: object, token: string | null, next: (result: any) => void, signal: AbortSignal) {
  try {
    const answer = await fetch('/graphql/stream', {
      method: 'POST',
      signal,
      credentials: 'omit',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok || !answer.body) return 'blocked';
    become('live');
    let rest = '';
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return 'cut';
      const events = (rest + value).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const field = (name: string) =>
          event
            .split('\n')
            .find((line) => line.startsWith(`${name}:`))
            ?.slice(name.length + 1)
            .trim();
        if (field('event') === 'complete') return 'complete';
        const data = field('data');
        if (data) next(JSON.parse(data));
      }
    }
  } catch {
    return signal.aborted ? 'complete' : 'blocked';
  }
}

interface Following<Data> {
  after: string | null | undefined; // the log's head, which the page's query read; nothing is followed before it is there
  on: (event: Data) => void;
  again: () => void; // asks for the page anew, where nothing can be followed
}

// useLive follows a subscription while the page is shown, and goes on behind the last event after it was hidden.
export function useLive<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { after, on, again }: Following<Data>,
) {
  const client = useClient();
  const liveness = useLiveness();
  const latest = useRef({ on, again, cursor: after });
  latest.current.on = on;
  latest.current.again = again;
  const ready = Boolean(after);
  const key = JSON.stringify(variables);

  useEffect(() => {
    if (!ready) return;
    latest.current.cursor = after;
    let stop: (() => void) | undefined;
    const start = () => {
      const request = createRequest(document, { ...variables, after: latest.current.cursor } as Variables);
      const { unsubscribe } = pipe(
        client.executeSubscription(request),
        subscribe(({ data }) => {
          if (!data) return;
          for (const event of Object.values(data as Record<string, { cursor?: string } | null>)) {
            if (event?.cursor) latest.current.cursor = event.cursor;
          }
          latest.current.on(data);
        }),
      );
      stop = unsubscribe;
    };
    const pause = () => {
      stop?.();
      stop = undefined;
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onVisibility = () => {
      clearTimeout(timer);
      if (isHidden()) timer = setTimeout(pause, way === 'stream' ? 0 : hiddenFor);
      else if (!stop) start();
    };
    start();
    window.document.addEventListener('visibilitychange', onVisibility);
    return () => {
      clearTimeout(timer);
      window.document.removeEventListener('visibilitychange', onVisibility);
      pause();
    };
    // The head of later answers is not where to begin: what was followed since is known.
  }, [client, document, key, ready]);

  useEffect(() => {
    if (liveness !== 'polling') return;
    const timer = setInterval(() => !isHidden() && latest.current.again(), pollEvery);
    return () => clearInterval(timer);
  }, [liveness]);

  return liveness;
}

const isHidden = () => window.document.visibilityState === 'hidden';
