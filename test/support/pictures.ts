import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { CHROMIUM_FLAGS, chromiumPath } from './chromium.ts';

// `npm run pictures` takes the README's pictures from a demo of its own.

const PICTURES = [
  { file: 'member-phone', role: 'individual-member', path: '/membership/credits', width: 390, height: 844 },
  { file: 'packages-desktop', role: 'administrator', path: '/community/credit-packages', width: 1280, height: 844 },
];

const folder = mkdtempSync(join(tmpdir(), 'roost-pictures-'));
const demo = spawn('node', ['build.ts', 'demo'], {
  env: { ...process.env, DATA_DIR: folder, PORT: '0' },
  stdio: 'ignore',
});
try {
  const found = join(folder, 'demo.json');
  for (const deadline = Date.now() + 60_000; !existsSync(found); ) {
    if (Date.now() > deadline) throw new Error('the demo did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { accounts } = JSON.parse(readFileSync(found, 'utf8')) as { accounts: { role: string; signInUrl: string }[] };
  mkdirSync('docs/pictures', { recursive: true });
  const browser = await chromium.launch({ executablePath: chromiumPath()!, args: CHROMIUM_FLAGS });
  for (const { file, role, path, width, height } of PICTURES) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: 'light' });
    await page.goto(accounts.find((account) => account.role === role)!.signInUrl);
    await page.locator('main form button').first().click();
    await page.waitForURL(/\/l\//);
    const place = /^.*\/l\/[^/]+/.exec(page.url())![0];
    await page.goto(place + path, { waitUntil: 'networkidle' });
    await page.screenshot({ path: `docs/pictures/${file}.png` });
  }
  await browser.close();
} finally {
  demo.kill('SIGTERM');
  await once(demo, 'exit');
  rmSync(folder, { recursive: true, force: true });
}
