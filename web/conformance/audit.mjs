// Runs the audits of GraphQL over HTTP against a server: node audit.mjs URL [TOKEN]
// One line per audit, then a tally; exits 1 unless every audit is ok, the optional ones included.
import { serverAudits } from 'graphql-http';

const [url, token] = process.argv.slice(2);
if (!url) {
  console.error('usage: node audit.mjs URL [TOKEN]');
  process.exit(2);
}

const authorization = token ? { authorization: `Bearer ${token}` } : {};
const fetchFn = (input, init = {}) => fetch(input, { ...init, headers: { ...init.headers, ...authorization } });

let passed = 0;
let failed = 0;
for (const audit of serverAudits({ url, fetchFn })) {
  // An audit throws only when it could not be made at all, as when nobody listens.
  const { status, reason } = await audit.fn().catch((cause) => ({ status: 'error', reason: String(cause.cause ?? cause) }));
  status === 'ok' ? passed++ : failed++;
  console.log([status, audit.id, audit.name, reason && `[${reason}]`].filter(Boolean).join(' '));
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
