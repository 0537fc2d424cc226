import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { afterAll, expect, test } from 'vitest';
import { assetsIn } from './assets.ts';

const folder = mkdtempSync(join(tmpdir(), 'roost-assets-'));
const css = 'body { color: teal }';
writeFileSync(join(folder, 'app-1234.css'), css);
writeFileSync(join(folder, 'app-1234.css.br'), brotliCompressSync(css));
writeFileSync(join(folder, 'app-1234.css.gz'), gzipSync(css));
writeFileSync(join(folder, 'secret.txt'), 'not built');
writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ 'app.css': 'app-1234.css' }));
afterAll(() => rmSync(folder, { recursive: true }));

const assets = assetsIn(folder);
const app = new Hono().get('/assets/*', (c) => assets.serve(c));
const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

test('a file has an address that changes with its content', () => {
  expect(assets.url('app.css')).toBe('/assets/app-1234.css');
});

test('a file is kept for good and sent in the smallest form the browser takes', async () => {
  const response = await get('/assets/app-1234.css', { 'Accept-Encoding': 'gzip, br' });
  expect(response.headers.get('Cache-Control')).toContain('immutable');
  expect(response.headers.get('Content-Type')).toBe('text/css; charset=utf-8');
  expect(response.headers.get('Content-Encoding')).toBe('br');
  expect(brotliDecompressSync(Buffer.from(await response.arrayBuffer())).toString()).toBe(css);
  expect((await get('/assets/app-1234.css', { 'Accept-Encoding': 'gzip' })).headers.get('Content-Encoding')).toBe(
    'gzip',
  );
  expect(await (await get('/assets/app-1234.css')).text()).toBe(css);
});

test('a browser that has the file is told so without sending it again', async () => {
  const etag = (await get('/assets/app-1234.css')).headers.get('ETag') ?? '';
  const response = await get('/assets/app-1234.css', { 'If-None-Match': etag });
  expect(response.status).toBe(304);
  expect(await response.text()).toBe('');
});

test('nothing but built files is served', async () => {
  for (const path of ['/assets/secret.txt', '/assets/manifest.json', '/assets/..%2f..%2fpackage.json', '/assets/']) {
    expect((await get(path)).status).toBe(404);
  }
});
