// Builds everything browsers receive into one directory:
//
//   node build.mjs --out DIR
//
// sdk/ (what runs on customers' pages), dashboard/, pages/ (style of the server-rendered pages), demo/, manifest.json, and a
// brotli twin of every text file. Fails when a file is larger than its budget.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build as bundle } from 'esbuild';
import { minify } from 'terser';
import { build as buildWithVite } from 'vite';

const WEB = dirname(fileURLToPath(import.meta.url));
const TEXT = /\.(js|css|html|svg|json|txt|map)$/;

// Bytes after brotli. Raising one of these is a decision about every page view of every customer.
const BUDGETS = {
  'sdk/loader.js': 4096,
  'sdk/ui.js': 8192,
  'sdk/details.js': 2048,
  'sdk/frames.js': 1024,
  'sdk/signals.js': 2048,
  'sdk/advice.js': 1024,
  'sdk/blocker.js': 1536,
  'sdk/forms.js': 4096,
};

const VERSION = JSON.parse(readFileSync(join(WEB, 'package.json'), 'utf8')).version;

function outDirectory(args) {
  const at = args.indexOf('--out');
  if (at < 0 || !args[at + 1]) throw new Error('usage: node build.mjs --out DIR');
  return resolve(args[at + 1]);
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// terser makes another four per cent of what esbuild leaves: each visitor downloads it, so it is worth the second pass.
const SMALLEST = { passes: 3, unsafe: true, unsafe_arrows: true, unsafe_methods: true, pure_getters: true, keep_fargs: false, unsafe_comps: true };

// Members of the form library's own objects, which no page, server or storage ever sees.
const OWN_TO_FORMS = /^(args|callbacks|caught|cited|element|pending|settings|settle|stop)$/;

// With one kind of function brotli finds more that repeats. What is declared may be called above its line, what is assigned may
// not: only the top level is changed, where the SDK calls nothing before it is there.
const DECLARATION = { iife: /^  (async )?function (\w+)(\([^()]*\)) \{$([^]*?)^  \}$/gm, esm: /^(async )?function (\w+)(\([^()]*\)) \{$([^]*?)^\}$/gm };

const withArrows = (text, format) => text.replace(DECLARATION[format], (whole, kind, name, given, body) =>
  /\b(this|arguments)\b/.test(body) ? whole : `var ${name} = ${kind ?? ''}${given} => {${body}};`);

async function bundleSdk(name, out, { format = 'iife', define = {}, own } = {}) {
  const outfile = join(out, 'sdk', `${name}.js`);
  const { outputFiles } = await bundle({
    entryPoints: [join(WEB, 'sdk/src', name, 'main.ts')],
    write: false,
    bundle: true,
    minifySyntax: true,
    charset: 'utf8',
    target: 'es2020',
    format,
    define,
    legalComments: 'none',
    tsconfigRaw: { compilerOptions: { target: 'ES2020', alwaysStrict: false } },
    loader: { '.css': 'text' },
    plugins: [minifiedCssText],
    logLevel: 'warning',
  });
  // What is inlined repeats less, which suits the form library only.
  const mangle = { toplevel: true, properties: own ? { regex: own, builtins: true } : false };
  const { code } = await minify(withArrows(outputFiles[0].text, format), { ecma: 2020, module: format === 'esm', compress: { ...SMALLEST, inline: own ? 2 : 1 }, mangle });
  mkdirSync(dirname(outfile), { recursive: true });
  writeFileSync(outfile, code);
  return sha256(code);
}

// The style of the ui travels as a string; without this it would travel with its comments and indentation.
const minifiedCssText = {
  name: 'minified-css-text',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles } = await bundle({ entryPoints: [path], minify: true, target: 'chrome100', charset: 'utf8', write: false });
      return { contents: outputFiles[0].text.trim(), loader: 'text' };
    });
  },
};

// The ui carries the digests of the files that it loads, and the loader that of the ui: it vouches for all that is shown.
async function buildSdk(out) {
  const digest = async (name) => (await bundleSdk(name, out, { format: 'esm' })).slice(0, 16);
  const [details, frames] = await Promise.all([digest('details'), digest('frames')]);
  const ui = await bundleSdk('ui', out, {
    format: 'esm', define: { __PLACET_DETAILS__: JSON.stringify(details), __PLACET_FRAMES__: JSON.stringify(frames) },
  });
  await Promise.all(['signals', 'advice'].map(digest));
  const [forms, , loader] = await Promise.all([
    bundleSdk('forms', out, { own: OWN_TO_FORMS }), bundleSdk('blocker', out), bundleSdk('loader', out, { define: { __PLACET_SDK__: JSON.stringify(ui) } }),
  ]);
  return { version: VERSION, build: ui.slice(0, 16), ui: `sha256:${ui}`, loader: `sha256:${loader}`, forms: `sha256:${forms}` };
}

async function buildDashboard(out) {
  await buildWithVite({
    root: join(WEB, 'dashboard'),
    logLevel: 'warn',
    build: { outDir: join(out, 'dashboard'), emptyOutDir: true, assetsDir: 'assets', reportCompressedSize: false },
  });
}

// The fonts are addressed absolutely by both style sheets (pages and dashboard), so that they are fetched once.
const FONTS = {
  'inter-latin.woff2': 'inter-latin-wght-normal.woff2',
  'inter-latin-ext.woff2': 'inter-latin-ext-wght-normal.woff2',
};

async function buildPages(out) {
  const pages = join(WEB, 'pages');
  const target = join(out, 'pages');
  await bundle({
    entryPoints: ['pages.css', 'preview.css', 'preview.js'].map((name) => join(pages, name)),
    outdir: target,
    bundle: true,
    minify: true,
    charset: 'utf8',
    external: ['/assets/*'],
    logLevel: 'warning',
  });
  for (const name of readdirSync(pages).filter((file) => file.endsWith('.svg'))) cpSync(join(pages, name), join(target, name));
  const files = join(WEB, 'node_modules/@fontsource-variable/inter/files');
  for (const [name, source] of Object.entries(FONTS)) cpSync(join(files, source), join(target, name));
}

function copyDemo(out) {
  cpSync(join(WEB, '../examples/demo-shop'), join(out, 'demo'), { recursive: true });
}

const filesIn = (directory) => readdirSync(directory, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

function compress(path) {
  const bytes = readFileSync(path);
  const twin = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  writeFileSync(`${path}.br`, twin);
  return { raw: bytes.length, brotli: twin.length };
}

function report(out) {
  const over = [];
  console.log(`${'file'.padEnd(44)}${'raw'.padStart(9)}${'brotli'.padStart(9)}${'budget'.padStart(9)}`);
  for (const path of filesIn(out).filter((name) => TEXT.test(name))) {
    const name = relative(out, path).replaceAll('\\', '/');
    const { raw, brotli } = compress(path);
    const budget = BUDGETS[name];
    console.log(`${name.padEnd(44)}${String(raw).padStart(9)}${String(brotli).padStart(9)}${String(budget ?? '').padStart(9)}`);
    if (budget && brotli > budget) over.push(`${name}: ${brotli} bytes after brotli, the budget is ${budget}`);
  }
  if (over.length) throw new Error(`over budget\n${over.join('\n')}`);
}

async function main() {
  const out = outDirectory(process.argv.slice(2));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const sdk = await buildSdk(out);
  await buildDashboard(out);
  await buildPages(out);
  copyDemo(out);
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify({ sdk }, null, 2)}\n`);
  report(out);
}

main().catch((error) => {
  console.error(String(error.message ?? error));
  process.exitCode = 1;
});
