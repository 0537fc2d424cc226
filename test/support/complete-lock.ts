import { readFileSync, writeFileSync } from 'node:fs';

// Run by `npm run lock`. npm leaves packages of other platforms out of the lock file when the registry it asks does not
// hold them, and then refuses its own file on `npm ci`. They are entered here by name and version; a machine of such a
// platform fetches them from the registry that it trusts.

type Locked = { version?: string; dev?: boolean; optional?: boolean; os?: string[]; cpu?: string[] };
type Parent = Locked & { optionalDependencies?: Record<string, string> };

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Parent> };
const added: string[] = [];
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`]) continue;
    const words = name.replace('armeabi', 'arm').split(/[-/]/);
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [PROCESSORS.find((cpu) => words.includes(cpu)) ?? 'arm'],
      ...(parent.dev && { dev: true }),
      optional: true,
      // WebAssembly builds run anywhere but are asked for by nobody who has a native one.
      os: [SYSTEMS.find((os) => words.includes(os)) ?? 'none'],
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`entered ${added.length} packages of other platforms\n`);
