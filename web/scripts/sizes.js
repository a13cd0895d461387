// Prints what the first load and each further screen weigh, in gzip, and fails above the budgets.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('../../internal/console/dist/console/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${folder}.vite/manifest.json`, 'utf8'));
rmSync(`${folder}.vite`, { recursive: true }); // nobody asks the server for it
const sizes = Object.fromEntries(
  readdirSync(`${folder}assets`).map((name) => [`assets/${name}`, gzipSync(readFileSync(`${folder}assets/${name}`), { level: 9 }).length]),
);

// reach collects the files that an entry needs, without what loads only on demand.
function reach(key, into = new Set()) {
  const chunk = manifest[key];
  if (!chunk || into.has(chunk.file)) return into;
  into.add(chunk.file);
  for (const css of chunk.css ?? []) into.add(css);
  for (const next of chunk.imports ?? []) reach(next, into);
  return into;
}

const kb = (bytes) => (bytes / 1000).toFixed(1);
const weigh = (files, ending) => [...files].filter((file) => file.endsWith(ending)).reduce((sum, file) => sum + sizes[file], 0);

const first = new Set();
for (const key of ['index.html', 'front/FrontPage.tsx', 'text/en.json']) reach(key, first);
const script = weigh(first, '.js');
const style = weigh(first, '.css');
const font = Object.entries(sizes)
  .filter(([file]) => file.endsWith('.woff2'))
  .reduce((sum, [, bytes]) => sum + bytes, 0);
console.log(`console, first load: ${kb(script)} kB of script (170), ${kb(style)} of style (8), ${kb(font)} of font (30)`);

const faults = [];
if (script > 170_000) faults.push('the first load has too much script');
if (style > 8_000) faults.push('the first load has too much style');
if (font > 30_000) faults.push('the font is too large');
for (const key of Object.keys(manifest)
  .filter((name) => name.endsWith('Page.tsx'))
  .sort()) {
  const own = [...reach(key)].filter((file) => !first.has(file));
  const weight = weigh(own, '.js') + weigh(own, '.css');
  console.log(`  ${basename(key, '.tsx').padEnd(18)} ${kb(weight)} kB`);
  if (weight > 25_000) faults.push(`${key} weighs ${kb(weight)} kB, and 25 are allowed`);
}
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
