// Runs the unit tests of the folders named on the command line: each file is bundled with the TypeScript it imports
// and handed to Node's own test runner.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const out = mkdtempSync(join(tmpdir(), 'placet-web-'));
const testsIn = (folder) => readdirSync(folder).filter((name) => /\.test\.m?js$/.test(name)).map((name) => join(folder, name));

try {
  await build({
    entryPoints: process.argv.slice(2).flatMap(testsIn), outdir: out, outbase: '.', entryNames: '[dir]/[name]', outExtension: { '.js': '.mjs' },
    bundle: true, format: 'esm', platform: 'node', target: 'node20', loader: { '.css': 'text' }, logLevel: 'warning',
  });
  const files = readdirSync(out, { recursive: true }).filter((name) => name.endsWith('.mjs')).map((name) => join(out, name));
  process.exitCode = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
