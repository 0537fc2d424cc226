import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

// Node strips types but knows no JSX, so every start first bundles: the server, the client script, the styles.
const root = import.meta.dirname;
const output = join(root, 'build');
const assets = join(output, 'assets');
const web = join(root, 'src/web');
const stampFile = join(output, 'stamp');

export type BuildResult = { fresh: boolean; milliseconds: number; sizes: AssetSize[] };
type AssetSize = { name: string; bytes: number; brotli: number };

/** Builds what changed; does nothing when nothing did. */
export async function build(): Promise<BuildResult> {
  const begun = performance.now();
  const stamp = stampOfInputs();
  const fresh =
    existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && existsSync(join(output, 'main.js'));
  if (fresh) return { fresh, milliseconds: performance.now() - begun, sizes: [] };
  const [sizes] = await Promise.all([buildAssets(), buildServer()]);
  write(stampFile, stamp);
  return { fresh, milliseconds: performance.now() - begun, sizes };
}

/** Everything a browser asks for, under names that change with the content, and the manifest that knows them. */
export async function buildAssets(): Promise<AssetSize[]> {
  mkdirSync(assets, { recursive: true });
  const manifest: Record<string, string> = {};
  const sizes: AssetSize[] = [];
  const add = (name: string, content: Buffer) => {
    manifest[name] = hashedName(name, content);
    sizes.push({ name, bytes: content.length, brotli: store(manifest[name], content) });
  };
  for (const folder of ['fonts', 'icons']) {
    for (const name of readdirSync(join(web, folder))) {
      if (!name.endsWith('.txt')) add(name, readFileSync(join(web, folder, name)));
    }
  }
  const [script, styles] = await Promise.all([bundleClient(), compileStyles()]);
  add('app.js', script);
  add('app.css', Buffer.from(styles.replaceAll(/asset:([\w.-]+)/g, (_, name: string) => `/assets/${manifest[name]}`)));
  write(join(assets, 'manifest.json'), JSON.stringify(manifest, null, 2));
  return sizes;
}

async function buildServer(): Promise<void> {
  const { build: bundle } = await import('esbuild');
  const result = await bundle({
    entryPoints: [join(root, 'src/main.ts')],
    outfile: join(output, 'main.js'),
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // Packages are bundled too: one file loads in a fraction of the time of some hundred. CommonJS ones ask for `require`.
    external: ['pg-native'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: true,
    sourcesContent: false,
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
  });
  for (const file of result.outputFiles) write(file.path, file.contents);
}

async function bundleClient(): Promise<Buffer> {
  const { build: bundle } = await import('esbuild');
  const result = await bundle({
    entryPoints: [join(web, 'client/main.ts')],
    absWorkingDir: root,
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    legalComments: 'none',
  });
  return Buffer.from(result.outputFiles[0]!.contents);
}

async function compileStyles(): Promise<string> {
  const [{ compile, optimize }, { Scanner }] = await Promise.all([
    import('@tailwindcss/node'),
    import('@tailwindcss/oxide'),
  ]);
  const folder = join(web, 'styles');
  const compiler = await compile(readFileSync(join(folder, 'app.css'), 'utf8'), { base: folder, onDependency() {} });
  const scanner = new Scanner({ sources: [{ base: join(root, 'src'), pattern: '**/*.tsx', negated: false }] });
  return optimize(compiler.build(scanner.scan()), { minify: true }).code;
}

/** Names, times and sizes of everything a build reads. */
function stampOfInputs(): string {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of [
    ...files.sort(),
    join(root, 'build.ts'),
    join(root, 'package.json'),
    join(root, 'package-lock.json'),
  ]) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${relative(root, file)} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

function hashedName(name: string, content: Buffer): string {
  const dot = name.lastIndexOf('.');
  return `${name.slice(0, dot)}-${createHash('sha256').update(content).digest('hex').slice(0, 10)}${name.slice(dot)}`;
}

/** Writes a file with its compressed forms beside it, and says how small brotli makes it. A known name has known content. */
function store(name: string, content: Buffer): number {
  const path = join(assets, name);
  const compressible = !/\.(woff2|png)$/.test(name);
  if (compressible && !existsSync(`${path}.br`)) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    write(`${path}.br`, brotliCompressSync(content, { params }));
    write(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
  if (!existsSync(path)) write(path, content);
  return statSync(compressible ? `${path}.br` : path).size;
}

/** Writes beside and renames: a reader never sees half a file, even when two builds run at once. */
function write(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

function report({ fresh, milliseconds, sizes }: BuildResult): string {
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const page = sizes.filter(({ name }) => /\.(css|js)$/.test(name)).reduce((sum, { brotli }) => sum + brotli, 0);
  return [
    ...sizes.map(({ name, bytes, brotli }) => `  ${name} ${kilobytes(bytes)}, sent as ${kilobytes(brotli)}`),
    ...(sizes.length > 0 ? [`  script and styles of a page ${kilobytes(page)} of at most 45 kB`] : []),
    `${fresh ? 'nothing to build' : 'built'} in ${Math.round(milliseconds)} ms`,
  ].join('\n');
}

// `node build.ts` builds; `node build.ts start …` builds and runs what follows.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const result = await build();
  if (process.argv[2]) {
    // Keeps what V8 made of the bundle, so that the next start does not compile it again.
    enableCompileCache?.(join(output, 'compiled'));
    await import(pathToFileURL(join(output, 'main.js')).href);
  } else console.log(report(result));
}
