// Builds the console into internal/console/dist/console, and serves it in development in front of a Plenary of your own:
// PLENARY=http://127.0.0.1:8080 npm run dev.
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { documents } from './scripts/documents.js';
import { proxied, standIn } from './scripts/standin.js';

const root = fileURLToPath(new URL('console', import.meta.url));
const outDir = fileURLToPath(new URL('../internal/console/dist/console', import.meta.url));

// trusted writes the documents that the server is to know, and each asset as the server sends it to those who accept that.
const trusted = {
  name: 'trusted-documents',
  apply: 'build',
  async closeBundle() {
    writeFileSync(join(outDir, 'documents.json'), JSON.stringify(await documents(), null, 1) + '\n');
    for (const name of readdirSync(outDir, { recursive: true })) {
      if (!/\.(js|css|html|svg|json)$/.test(name)) continue;
      const file = join(outDir, name);
      const body = readFileSync(file);
      writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }));
      writeFileSync(`${file}.br`, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }));
    }
  },
};

// layered says the order of the layers in every style sheet, because which of them a browser reads first depends on what pages share.
const layered = {
  name: 'layers-in-every-sheet',
  apply: 'build',
  generateBundle(_, bundle) {
    const order = /@layer [\w, ]+;/.exec(readFileSync(join(root, 'style/tokens.css'), 'utf8'))[0];
    for (const asset of Object.values(bundle)) {
      if (asset.fileName.endsWith('.css')) asset.source = `${order}${asset.source.toString().replace(order, '')}`;
    }
  },
};

export default defineConfig({
  root,
  publicDir: false,
  plugins: [react(), layered, trusted, standIn],
  resolve: { alias: [{ find: /^#(?=[a-z]+\/)/, replacement: `${root}/` }] },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'], // these know light-dark()
    assetsInlineLimit: 0, // the policy allows no data: but for pictures
    modulePreload: { polyfill: false },
    manifest: true,
  },
  server: { host: '127.0.0.1', proxy: proxied },
  preview: { host: '127.0.0.1', proxy: proxied },
});
