import { expect, test } from 'vitest';
import { buildAssets } from '../build.ts';

test('UX-76 script and styles of a page take at most 45 kB on the wire, the font at most 30 kB', async () => {
  const sizes = new Map((await buildAssets()).map((asset) => [asset.name, asset.brotli]));
  expect(sizes.get('app.js')! + sizes.get('app.css')!).toBeLessThanOrEqual(45_000);
  expect(sizes.get('inter.woff2')!).toBeLessThanOrEqual(30_000);
});
