// Sign-in at the issuer: authorisation code with PKCE. What the minute of the redirect needs is in the session's storage; tokens are not.
import * as oauth from 'oauth4webapi';

import { config } from './config';

const pending = 'plenary.sign-in';
const callback = () => `${location.origin}/signed-in`;

interface Pending {
  verifier: string;
  state: string;
  back: string;
}

interface Grant {
  token: string;
  renew: () => Promise<Grant | null>;
  end: () => Promise<void>;
}

async function discovered() {
  const { issuer, clientId, scopes, audience } = await config();
  if (!issuer || !clientId) throw new Error('no issuer is configured');
  const url = new URL(issuer);
  const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url));
  return { server, client: { client_id: clientId } satisfies oauth.Client, scopes, audience };
}

// begin leads to the issuer; a silent try shows nothing there and comes back without a grant if nobody is signed in.
export async function begin(back: string, isSilent: boolean): Promise<void> {
  const { server, client, scopes, audience } = await discovered();
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  sessionStorage.setItem(pending, JSON.stringify({ verifier, state, back } satisfies Pending));
  const to = new URL(server.authorization_endpoint ?? '');
  const asked = {
    client_id: client.client_id,
    redirect_uri: callback(),
    response_type: 'code',
    scope: scopes.join(' '),
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(audience ? { audience, resource: audience } : {}),
    ...(isSilent ? { prompt: 'none' } : {}),
  };
  for (const [name, value] of Object.entries(asked)) if (value) to.searchParams.set(name, value);
  location.assign(to);
}

// finish trades the code for tokens, and says where the person was.
export async function finish(): Promise<{ grant: Grant | null; back: string }> {
  const kept = sessionStorage.getItem(pending);
  sessionStorage.removeItem(pending);
  if (!kept) return { grant: null, back: '/' };
  const { verifier, state, back } = JSON.parse(kept) as Pending;
  const { server, client } = await discovered();
  try {
    const checked = oauth.validateAuthResponse(server, client, new URL(location.href), state);
    const answer = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), checked, callback(), verifier);
    return { grant: granted(server, client, await oauth.processAuthorizationCodeResponse(server, client, answer)), back };
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) return { grant: null, back };
    throw error;
  }
}

function granted(server: oauth.AuthorizationServer, client: oauth.Client, tokens: oauth.TokenEndpointResponse): Grant {
  const refresh = tokens.refresh_token;
  return {
    token: tokens.access_token,
    async renew() {
      if (!refresh) return null;
      const answer = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refresh);
      const next = await oauth.processRefreshTokenResponse(server, client, answer);
      return granted(server, client, { ...next, refresh_token: next.refresh_token ?? refresh });
    },
    async end() {
      if (server.revocation_endpoint && refresh) await oauth.revocationRequest(server, client, oauth.None(), refresh);
    },
  };
}
