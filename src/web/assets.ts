import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Context } from 'hono';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

type Stored = {
  type: string;
  etag: string;
  plain: Buffer<ArrayBuffer>;
  br?: Buffer<ArrayBuffer>;
  gzip?: Buffer<ArrayBuffer>;
};

/** Address of a built file: `assetUrl('app.css')`. */
export const assetUrl: (name: string) => string = (name) => standard().url(name);

/** Serves `/assets/*`; mount it with `app.get('/assets/*', serveAssets)`. */
export const serveAssets: (c: Context) => Response = (c) => standard().serve(c);

let known: ReturnType<typeof assetsIn> | undefined;
function standard() {
  known ??= assetsIn(builtFolder());
  return known;
}

/** The built files of one folder, by its manifest. Only names in the manifest are served, so no path can lead elsewhere. */
export function assetsIn(folder: string) {
  const manifest = readManifest(folder);
  const names = new Set(Object.values(manifest));
  const stored = new Map<string, Stored>();

  function find(name: string): Stored | undefined {
    if (!names.has(name)) return undefined;
    const known = stored.get(name) ?? load(join(folder, name));
    stored.set(name, known);
    return known;
  }

  return {
    url: (name: string) => `/assets/${manifest[name] ?? name}`,
    serve(c: Context): Response {
      const file = find(basename(c.req.path));
      if (!file) return c.text('Not found', 404, { 'Cache-Control': 'no-store' });
      const headers: Record<string, string> = {
        'Content-Type': file.type,
        'Cache-Control': 'public, max-age=31536000, immutable',
        ETag: file.etag,
        Vary: 'Accept-Encoding',
        'X-Content-Type-Options': 'nosniff',
      };
      if (c.req.header('If-None-Match')?.includes(file.etag)) return c.body(null, 304, headers);
      const accepted = c.req.header('Accept-Encoding') ?? '';
      const encoding =
        file.br && /\bbr\b/.test(accepted) ? 'br' : file.gzip && /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
      if (encoding) headers['Content-Encoding'] = encoding;
      return c.body((encoding && file[encoding]) || file.plain, 200, headers);
    },
  };
}

function load(path: string): Stored {
  const plain = readFileSync(path);
  const compressed = (suffix: string) => (existsSync(path + suffix) ? readFileSync(path + suffix) : undefined);
  return {
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 16)}"`,
    plain,
    br: compressed('.br'),
    gzip: compressed('.gz'),
  };
}

/** Tests may render pages before anything was built: the addresses are then plain names and lead nowhere. */
function readManifest(folder: string): Record<string, string> {
  const file = join(folder, 'manifest.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** This file runs from `build/main.js` or, in tests, from where it stands. */
function builtFolder(): string {
  const here = import.meta.dirname;
  return basename(here) === 'build' ? join(here, 'assets') : join(here, '../../build/assets');
}
