// Who is signed in. The token is held in memory alone; a reload asks once whether the person is still signed in.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Provider } from 'urql';

import { makeClient } from './client';
import { config } from './config';
import { ViewerQuery } from './documents';
import type { Party } from './fragments';
import type { ResultOf } from './graphql';
import { renewed } from './live';

export type Role = NonNullable<ResultOf<typeof ViewerQuery>['viewer']>['roles'][number];

export interface Viewer {
  party: (Party & { status: string }) | null;
  roles: readonly Role[];
}

interface Grant {
  token: string;
  renew: () => Promise<Grant | null>;
  end?: () => Promise<void>;
}

interface Session {
  // Undefined while a reload asks whether somebody is signed in, null for a visitor.
  viewer: Viewer | null | undefined;
  hasEnded: boolean; // the session expired: what was written is still there
  token: () => string | null; // for what is no GraphQL: files and exports
  signInAs: (person: string) => Promise<void>;
  signIn: (back: string) => Promise<void>;
  returned: () => Promise<string>;
  signOut: () => Promise<void>;
  again: () => Promise<void>; // reads anew who the viewer acts for
  post: (path: string, body: Blob, headers: Record<string, string>) => Promise<Response>; // what does not go over GraphQL
}

const Context = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error('useSession outside of SessionProvider');
  return session;
}

const before = 'plenary.signed-in'; // that, or as whom of the example, somebody signed in before in this tab

function secondsLeft(token: string): number {
  try {
    const claims = JSON.parse(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'))) as { exp?: number; iat?: number };
    return (claims.exp ?? 0) - Date.now() / 1000;
  } catch {
    return 0;
  }
}

async function devGrant(person: string): Promise<Grant | null> {
  const answer = await fetch('/dev/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
  });
  if (!answer.ok) return null;
  const { token } = (await answer.json()) as { token?: string };
  return token ? { token, renew: () => devGrant(person) } : null;
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const [grant, setGrant] = useState<Grant | null>(null);
  const [viewer, setViewer] = useState<Viewer | null | undefined>(() => (sessionStorage.getItem(before) ? undefined : null));
  const [hasEnded, setHasEnded] = useState(false);
  const token = useRef<string | null>(null);
  token.current = grant?.token ?? null;

  const leave = useCallback((ended: boolean) => {
    sessionStorage.removeItem(before);
    setGrant(null);
    setViewer(null);
    setHasEnded(ended);
  }, []);

  const subject = viewer?.party?.id ?? (grant ? 'member' : 'visitor');
  const isSignedIn = grant !== null;
  // A new client for each person: nothing that one has read is left for the next. A renewed token keeps it.
  const client = useMemo(
    () => makeClient({ token: () => token.current, refused: () => token.current && leave(true) }),
    [isSignedIn, subject, leave],
  );

  const enter = useCallback(async (given: Grant) => {
    const asking = makeClient({ token: () => given.token, refused: () => {} });
    const { data, error } = await asking.query(ViewerQuery, {}).toPromise();
    if (!data?.viewer) throw error ?? new Error('the server does not say who this is');
    token.current = given.token;
    setGrant(given);
    setViewer({ party: data.viewer.stakeholder, roles: data.viewer.roles });
    setHasEnded(false);
  }, []);

  useEffect(() => {
    if (!grant) return;
    const timer = setTimeout(
      () =>
        void grant.renew().then(
          (next) => {
            if (!next) return leave(true);
            token.current = next.token;
            setGrant(next);
            renewed();
          },
          () => leave(true),
        ),
      Math.max(5, secondsLeft(grant.token) * 0.8) * 1000,
    );
    return () => clearTimeout(timer);
  }, [grant, leave]);

  const signInAs = useCallback(
    async (person: string) => {
      const given = await devGrant(person);
      if (!given) throw new Error('the server gives no token');
      await enter(given);
      sessionStorage.setItem(before, person);
    },
    [enter],
  );

  // After a reload, once: in dev mode as the same person, else by the issuer's own session.
  useEffect(() => {
    const known = sessionStorage.getItem(before);
    if (!known || location.pathname === '/signed-in') {
      if (viewer === undefined) setViewer(null);
      return;
    }
    void config()
      .then(async ({ mode }) => {
        if (mode === 'dev') return signInAs(known);
        const { begin } = await import('./issuer');
        sessionStorage.removeItem(before); // once
        await begin(location.pathname + location.search + location.hash, true);
      })
      .catch(() => leave(false));
  }, []);

  const session = useMemo<Session>(
    () => ({
      viewer,
      hasEnded,
      token: () => token.current,
      signInAs,
      async signIn(back) {
        const { begin } = await import('./issuer');
        await begin(back, false);
      },
      async returned() {
        const { finish } = await import('./issuer');
        const { grant: given, back } = await finish();
        if (given) {
          await enter(given);
          sessionStorage.setItem(before, 'yes');
        }
        return back;
      },
      async again() {
        if (grant) await enter(grant);
      },
      post: (path, body, headers) =>
        fetch(path, {
          method: 'POST',
          body,
          credentials: 'omit',
          headers: token.current ? { ...headers, authorization: `Bearer ${token.current}` } : headers,
        }),
      async signOut() {
        await grant?.end?.().catch(() => {});
        leave(false);
      },
    }),
    [viewer, hasEnded, signInAs, enter, grant, leave],
  );

  return (
    <Context.Provider value={session}>
      <Provider value={client}>{children}</Provider>
    </Context.Provider>
  );
}
