// What must hold of the console's sources, beside their types.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildSchema, parse, validate } from 'graphql';
import ts from 'typescript';

import { documents } from './documents.js';
import { sdl } from './schema.js';

const root = fileURLToPath(new URL('../console', import.meta.url));
const files = readdirSync(root, { recursive: true }).sort();
const read = (name) => readFileSync(join(root, name), 'utf8');
const table = (name) => JSON.parse(read(`text/${name}.json`));

// ofForms gives a table's keys without the endings of plural forms, each with the forms that it has and the values that it names.
function ofForms(node, path = '', into = new Map()) {
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === 'object') {
      ofForms(value, `${path}${key}.`, into);
      continue;
    }
    const [, name, form] = /^(.*?)(?:_(zero|one|two|few|many|other))?$/.exec(path + key);
    const entry = into.get(name) ?? { forms: new Set(), values: new Set() };
    if (form) entry.forms.add(form);
    for (const [, named] of value.matchAll(/\{\{(\w+)\}\}/g)) entry.values.add(named);
    into.set(name, entry);
  }
  return into;
}

const languages = files.filter((name) => /^text\/[a-z]{2}\.json$/.test(name)).map((name) => name.slice(5, 7));

test('every language has the same texts, with the same values and its own plural forms', () => {
  const english = ofForms(table('en'));
  for (const language of languages) {
    const texts = ofForms(table(language));
    assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort(), `keys of ${language}`);
    const forms = new Set(new Intl.PluralRules(language).resolvedOptions().pluralCategories);
    for (const [key, { forms: has, values }] of texts) {
      const wanted = english.get(key);
      assert.deepEqual([...values].sort(), [...wanted.values].sort(), `values of ${key} in ${language}`);
      assert.deepEqual([...has].sort(), wanted.forms.size > 0 ? [...forms].sort() : [], `plural forms of ${key} in ${language}`);
    }
  }
});

test('every act has its words in every language', () => {
  const types = buildSchema(sdl())
    .getType('ActType')
    .getValues()
    .map(({ name }) => name)
    .sort();
  for (const language of languages) assert.deepEqual(Object.keys(table(`acts.${language}`)).sort(), types, `acts of ${language}`);
});

test('every document fits the schema, and is short enough for the server', async () => {
  const schema = buildSchema(sdl());
  for (const text of Object.values(await documents())) {
    const document = parse(text);
    const name = document.definitions[0].name?.value;
    assert.deepEqual(
      validate(schema, document).map(({ message }) => message),
      [],
      name,
    );
    assert.ok(text.length < 20_000, `${name} has ${text.length} characters`);
  }
});

test('style sheets take colours, sizes and radii from the tokens', () => {
  const literal = /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|color)a?\(|(?<![\w-])\d*\.?\d+(?:px|rem|em|ch|vw|vh|vb|vi|pt)\b/gi;
  for (const name of files.filter((file) => file.endsWith('.css') && file !== 'style/tokens.css')) {
    const text = read(name)
      .replace(/\/\*[^]*?\*\//g, '')
      .replace(/@(media|container)[^{]*\{/g, '{') // queries cannot read tokens
      .replace(/\b\d+(?:\.\d+)?vb\b/g, ''); // a share of the window is no size
    assert.deepEqual(text.match(literal) ?? [], [], name);
  }
});

test('nothing writes styles or scripts into the page', () => {
  for (const name of files.filter((file) => /\.(tsx?|html)$/.test(file))) {
    assert.doesNotMatch(read(name), /\sstyle=|dangerouslySetInnerHTML|\.innerHTML|<script>(?!<)/, name);
  }
});

const own = new Set(['app', 'parts', 'text', 'charts', 'style']);
const pages = new Set([...read('routes.ts').matchAll(/import\('#([\w/]+)'\)/g)].map(([, name]) => name));

// importsOf gives the modules of ours that a file imports, as paths from the root.
const importsOf = (name) =>
  [...read(name).matchAll(/(?:from\s+|import\s+|import\()'([#.][^']+)'/g)].map(([, from]) =>
    from.startsWith('#') ? from.slice(1) : relative(root, join(root, name, '..', from)),
  );

test('folders import what stands below them, and of other nouns no page', () => {
  const allowed = {
    parts: ['parts', 'app', 'text', 'style'],
    charts: ['charts', 'parts', 'app', 'text'],
    text: ['text', 'app'],
    app: ['app', 'parts', 'text'],
  };
  for (const name of files.filter((file) => /\/.*\.tsx?$/.test(file) && !file.endsWith('PartsPage.tsx'))) {
    const folder = name.split('/')[0];
    for (const imported of importsOf(name)) {
      const target = imported.split('/')[0];
      if (allowed[folder]) assert.ok(allowed[folder].includes(target), `${name} imports ${imported}`);
      else if (target !== folder && !own.has(target)) {
        assert.ok(!pages.has(imported), `${name} imports the page ${imported}`);
        assert.doesNotMatch(imported, /documents$/, `${name} imports the documents of another noun`);
      }
    }
  }
});

test('every page is in the table of routes', () => {
  const written = files
    .filter((file) => file.endsWith('Page.tsx') && file !== 'parts/PartsPage.tsx')
    .map((file) => file.replace('.tsx', ''));
  assert.deepEqual(
    written.filter((page) => !pages.has(page)),
    [],
  );
});

test('words that people read stand in the tables of texts', () => {
  const found = [];
  const spoken = ['aria-label', 'title', 'alt', 'placeholder', 'label', 'hint', 'summary', 'what'];
  for (const file of files.filter((name) => name.endsWith('.tsx') && !name.endsWith('PartsPage.tsx'))) {
    const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
    const visit = (node) => {
      const text = ts.isJsxText(node)
        ? node.text
        : ts.isJsxAttribute(node) && spoken.includes(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer)
          ? node.initializer.text
          : '';
      if (/\p{L}{2}/u.test(text)) found.push(`${file}: ${text.trim()}`);
      node.forEachChild(visit);
    };
    visit(source);
  }
  assert.deepEqual(found, []);
});
