// In dev mode the server offers the people of its example, with a token for each, and operations to try. In the headers of a tab,
// "Bearer customer@demo" stands for that person's token: the token itself is asked for with each request, so it has never
// expired, and is neither shown nor kept in the page's storage.
import { useGraphiQL, useHeadersEditorState } from '@graphiql/react';
import { createPortal } from 'react-dom';

// offered asks what the server offers: nothing in production mode, or without the example.
export async function offered() {
  const answer = await fetch('people.json', { method: 'POST' }).catch(() => undefined);
  return answer?.ok ? answer.json() : { people: [], operations: [] };
}

// bearer writes the headers for a person; for a visitor they are prefilled for a token to paste.
export const bearer = (name, others = {}) => JSON.stringify({ ...others, Authorization: `Bearer ${name}` }, null, 2);

const isAuthorization = (name) => /^authorization$/i.test(name);
const afterBearer = (value) => /^bearer\s*(.*)$/i.exec(String(value).trim())?.[1];

// withToken gives the headers to send. The prefilled header without a token would be refused as a bad token: it asks as nobody.
export async function withToken(headers = {}) {
  const sent = {};
  for (const [name, value] of Object.entries(headers)) {
    const given = isAuthorization(name) ? afterBearer(value) : undefined;
    if (given === '') continue;
    sent[name] = given?.endsWith('@demo') ? `Bearer ${await tokenOf(given)}` : value;
  }
  return sent;
}

async function tokenOf(name) {
  const person = (await offered()).people.find((one) => one.name === name);
  if (!person) throw new Error(`The server gives no token for ${name}: it offers people only in dev mode, with the example.`);
  return person.token;
}

function parsed(headers) {
  try {
    return Object.entries(JSON.parse(headers) ?? {});
  } catch {
    return []; // while somebody types
  }
}

const pasted = 'pasted';

// People is the choice of who sends the requests of the present tab.
export function People({ people }) {
  const [text, setText] = useHeadersEditorState();
  const isReady = useGraphiQL((state) => Boolean(state.headerEditor));
  const headers = parsed(text);
  const authorization = headers.find(([name]) => isAuthorization(name));
  const given = authorization ? afterBearer(authorization[1]) : '';
  const isKnown = given === '' || people.some(({ name }) => name === given);

  const choose = ({ target }) =>
    setText(bearer(target.value, Object.fromEntries(headers.filter(([name]) => !isAuthorization(name)))));

  return createPortal(
    <>
      <label htmlFor="person">Send as</label>
      <select id="person" aria-describedby="person-hint" disabled={!isReady} value={isKnown ? given : pasted} onChange={choose}>
        <option value="">nobody (a visitor)</option>
        {people.map(({ name, party, roles }) => (
          <option key={name} value={name}>
            {name}: {[party, roles.join(', ')].filter(Boolean).join(', ')}
          </option>
        ))}
        <option value={pasted} hidden>
          whom the pasted token names
        </option>
      </select>
      <span id="person-hint">The people of the example. Each tab has its own; a running subscription keeps the one that it began with.</span>
    </>,
    document.getElementById('people'),
  );
}
