// Collects the documents of the console: what each folder declares in documents.ts, as the client sends it.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../console', import.meta.url));

// documents gives every operation by the SHA-256 of its text. The text is made by the functions with which the client makes it.
export async function documents() {
  const server = await createServer({
    configFile: false,
    root,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    resolve: { alias: [{ find: /^#(?=[a-z]+\/)/, replacement: `${root}/` }] },
  });
  try {
    const { stringifyDocument, formatDocument } = await import('@urql/core');
    const found = {};
    for (const file of readdirSync(root, { recursive: true })
      .filter((name) => name.endsWith('documents.ts'))
      .sort()) {
      const module = await server.ssrLoadModule(join(root, file));
      for (const document of Object.values(module)) {
        if (!document?.definitions?.some(({ kind }) => kind === 'OperationDefinition')) continue;
        const text = stringifyDocument(formatDocument(document));
        found[createHash('sha256').update(text).digest('hex')] = text;
      }
    }
    return found;
  } finally {
    await server.close();
  }
}
