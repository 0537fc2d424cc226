import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, chromiumPath } from './test/support/chromium.ts';

const executablePath = chromiumPath();
if (!executablePath) throw new Error('no Chromium: run "npm run journeys", which finds or installs one');

export default defineConfig({
  testDir: 'test/journeys',
  testMatch: '**/*.journey.ts',
  globalSetup: './test/support/journey-setup.ts',
  outputDir: 'test-results',
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 45_000,
  globalTimeout: 16 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./test/support/journey-reporter.ts']],
  use: {
    launchOptions: { executablePath, args: CHROMIUM_FLAGS },
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    screenshot: 'only-on-failure',
    // Recording costs time: `npm run journeys -- --trace retain-on-failure` when one is needed.
    trace: 'off',
  },
  projects: [
    {
      name: 'phone',
      grepInvert: /@desktop/,
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
    { name: 'desktop', grepInvert: /@phone/, use: { viewport: { width: 1280, height: 900 } } },
  ],
});
