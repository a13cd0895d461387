// What the server answers beside GraphQL, for the console under vite: settings, and the people of the example in dev mode. It takes
// the tokens from the endpoint of the explorer, so that the console can be worked on in front of any server in dev mode.
const plenary = process.env.PLENARY ?? 'http://127.0.0.1:8080';

// The policy under which the console runs, whoever serves it.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const paths = ['/graphql', '/reports', '/files', '/ballots', '/log', '/docs', '/schema.graphql', '/schemas', '/me/data.zip'];

// A page has the address /proposals/ID/ballot, and a file /ballots/ID/result.jsonl: only what is not asked for as a page goes on.
const asPage = (request) =>
  (request.headers.accept ?? '').includes('text/html') && !/\.\w+$/.test(request.url) ? '/index.html' : undefined;

export const proxied = Object.fromEntries(
  paths.map((path) => [path, { target: plenary, changeOrigin: true, ws: true, bypass: asPage, headers: { origin: plenary } }]),
);

const config = {
  mode: 'dev',
  issuer: null,
  clientId: null,
  audience: null,
  scopes: [],
  name: 'Plenary',
  languages: ['en', 'fr'],
  links: { privacy: null, moderation: null, accessibility: null },
};

let kept;
async function people() {
  if (kept && Date.now() - kept.at < 1_800_000) return kept.people;
  const answer = await fetch(`${plenary}/explorer/people.json`, { method: 'POST', headers: { origin: plenary } });
  if (!answer.ok) throw new Error(`${plenary} answers ${answer.status}`);
  kept = { at: Date.now(), people: (await answer.json()).people };
  return kept.people;
}

const kinds = { firm: 'FIRM', customer: 'CUSTOMER', regulator: 'REGULATOR', ngo: 'NGO', academic: 'ACADEMIC_INSTITUTION' };
const described = ({ name, party, roles }) => {
  const chamber = roles.find((role) => kinds[role]);
  return { key: name, name: name.replace(/@demo$/, ''), party, kind: chamber ? kinds[chamber] : null, roles };
};

async function answer(request, path) {
  if (path === '/config.json') return config;
  if (path === '/dev/people') return (await people()).map(described);
  let body = '';
  for await (const chunk of request) body += chunk;
  const { person } = JSON.parse(body);
  return { token: (await people()).find(({ name }) => name === person)?.token };
}

const middleware = (secure) => async (request, response, next) => {
  const path = request.url.split('?')[0];
  if (secure) response.setHeader('Content-Security-Policy', policy);
  if (!['/config.json', '/dev/people', '/dev/sign-in'].includes(path)) return next();
  try {
    const body = JSON.stringify(await answer(request, path));
    response.setHeader('Content-Type', 'application/json').end(body);
  } catch (error) {
    response.statusCode = 502;
    response.end(String(error));
  }
};

export const standIn = {
  name: 'stand-in',
  configureServer: (server) => void server.middlewares.use(middleware(false)),
  configurePreviewServer: (server) => void server.middlewares.use(middleware(true)),
};
