// Applications that are built with a package manager: Placet's packages as npm installs them, bundled as a site does it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { compileScript, parse } from 'vue/compiler-sfc';

const WEB = join(import.meta.dirname, '..');

/** What the frameworks want to know of a build for production. */
const PRODUCTION = {
  'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
};

let folder: string | undefined;

/** A folder with the packages and the frameworks, and nothing else of ours: made once for each worker. */
function application(): string {
  if (folder) return folder;
  folder = mkdtempSync(join(tmpdir(), 'placet-application-'));
  process.once('exit', () => rmSync(folder!, { recursive: true, force: true }));
  execFileSync(process.execPath, [join(WEB, 'packages.mjs'), '--out', folder], { stdio: 'pipe' });
  for (const name of ['react', 'vue']) {
    const packed = readdirSync(folder).find((file) => file.startsWith(`placet-${name}-`))!;
    const target = join(folder, 'node_modules/@placet', name);
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['xzf', join(folder, packed), '--strip-components=1', '-C', target]);
  }
  for (const name of ['react', 'react-dom', 'vue']) symlinkSync(join(WEB, 'node_modules', name), join(folder, 'node_modules', name));
  return folder;
}

/** Files of the application by name; Vue's are compiled as Vue's own plugins do it. */
const filesOf = (files: Readonly<Record<string, string>>): Plugin => ({
  name: 'files',
  setup(build) {
    build.onResolve({ filter: /^\.\// }, ({ path }) => files[path] === undefined ? null : { path, namespace: 'files' });
    build.onLoad({ filter: /\.vue$/, namespace: 'files' }, ({ path }) => {
      const { descriptor } = parse(files[path]!);
      return { contents: compileScript(descriptor, { id: path, inlineTemplate: true }).content, loader: 'ts', resolveDir: application() };
    });
  },
});

/** The application as a script element. */
export async function script(contents: string, { files = {}, define = {} }: { files?: Record<string, string>; define?: Record<string, string> } = {}): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, loader: 'tsx', resolveDir: application() }, bundle: true, write: false, format: 'iife', jsx: 'automatic', logLevel: 'warning',
    define: { ...PRODUCTION, ...define }, plugins: [filesOf(files)],
  });
  return `<script>${(outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script')}</script>`;
}
