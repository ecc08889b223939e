// Makes the packages for applications, each whole in itself, as files that npm can install:
//
//   npm run packages [-- --out DIR]     placet-react-0.1.0.tgz and placet-vue-0.1.0.tgz, in dist/ unless told otherwise
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const WEB = dirname(fileURLToPath(import.meta.url));
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const NAMES = ['react', 'vue'];

/** The application's own React or Vue is used: a second copy of it would not know the first one's components. */
async function bundle(name, folder) {
  const source = join(WEB, name, 'src');
  const entryPoints = readdirSync(source).map((file) => join(source, file));
  await build({ entryPoints, outdir: join(folder, 'dist'), bundle: true, format: 'esm', target: 'es2020', charset: 'utf8', packages: 'external', logLevel: 'warning' });
  cpSync(join(WEB, name, 'package.json'), join(folder, 'package.json'));
}

/** They keep the folders of the sources, so that what they import from the SDK is where they look for it. */
function declare(name, folder) {
  const types = join(folder, 'dist/types');
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rootDir', WEB, '--outDir', types];
  execFileSync(process.execPath, [TSC, '-p', join(WEB, 'tsconfig.packages.json'), ...options], { stdio: 'inherit' });
  for (const other of NAMES) if (other !== name) rmSync(join(types, other), { recursive: true });
  rmSync(join(types, 'sdk/types'), { recursive: true }); // checks of the declarations
  cpSync(join(WEB, 'sdk/types'), join(types, 'sdk/types'), { recursive: true, filter: (path) => !path.includes('.check.') });
}

function outDirectory(args) {
  if (!args.length) return join(WEB, 'dist');
  if (args.length === 2 && args[0] === '--out') return resolve(args[1]);
  console.error('usage: npm run packages [-- --out DIR]');
  process.exit(2);
}

const out = outDirectory(process.argv.slice(2));
const stage = mkdtempSync(join(tmpdir(), 'placet-packages-'));
try {
  mkdirSync(out, { recursive: true });
  for (const name of NAMES) {
    const folder = join(stage, name);
    await bundle(name, folder);
    declare(name, folder);
    execFileSync('npm', ['pack', '--silent', '--pack-destination', out, folder], { cwd: WEB, stdio: 'inherit' });
  }
} finally {
  rmSync(stage, { recursive: true, force: true });
}
