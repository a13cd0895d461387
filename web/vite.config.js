import { defineConfig } from 'vite';

export default defineConfig({
  root: 'explorer',
  base: './', // the page works under whatever path the server gives it
  worker: { format: 'es' },
  build: {
    outDir: '../../internal/console/dist/explorer',
    emptyOutDir: true,
    chunkSizeWarningLimit: 4000, // kB; Monaco is one large editor, and comes from the same host
    rolldownOptions: {
      // "use client" and its like speak to servers that render React; here they mean nothing, a hundred times.
      onLog: (level, log, print) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && print(level, log),
    },
  },
});
