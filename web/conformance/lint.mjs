// Lints an OpenAPI document with the rules that Redocly recommends: node lint.mjs FILE
// One line per problem; exits 1 if there is any, also one that is only a warning.
import { readFile } from 'node:fs/promises';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const rules = {
  'info-license': 'off', // the project has not chosen one
  'operation-2xx-response': 'off', // the root leads elsewhere
  'no-path-trailing-slash': 'off', // two pages are folders
  'operation-4xx-response': 'error',
  'operation-operationId': 'error',
  'operation-description': 'off', // the summary is enough where there is no more to say
  'no-unused-components': 'error',
  'no-server-example.com': 'off', // a test may name its server so
};
const config = await createConfig({ extends: ['recommended-strict'], rules });
const problems = await lintFromString({ source: await readFile(process.argv[2], 'utf8'), config });
for (const { severity, ruleId, message, location } of problems) {
  console.log(`${severity} ${ruleId} at ${location[0]?.pointer}: ${message}`);
}
process.exitCode = problems.length > 0 ? 1 : 0;
