// The browser tests: a real server, pages of customers, a real browser. Screenshots go to test-results/.
import { defineConfig } from '@playwright/test';

/** Set by `cargo xtask test`: a machine that may have others on it. */
const IS_SHARED = !!process.env['CI'];

const QUIET = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export default defineConfig({
  testDir: 'e2e',
  testIgnore: ['wordpress/**', 'webkit/**'], // these need more: wordpress.config.ts, webkit.config.ts
  outputDir: 'test-results',
  reporter: 'list',
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // Generous, and more so on a machine that is shared: two processors do much at once here, and a browser that waits for
  // them says nothing about Placet. What passed only in another try is listed as flaky.
  timeout: IS_SHARED ? 240_000 : 90_000,
  expect: { timeout: IS_SHARED ? 30_000 : 10_000 },
  retries: IS_SHARED ? 2 : 0,
  use: {
    locale: 'en-US',
    timezoneId: 'Europe/Paris',
    viewport: { width: 1280, height: 800 },
    actionTimeout: IS_SHARED ? 60_000 : 20_000,
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: '/usr/bin/chromium', args: QUIET },
  },
  projects: [
    { name: 'chromium', use: { browserName: 'chromium' } },
    {
      name: 'firefox',
      testMatch: /\/(forms.*|asking|blocking|carry_out|events|hostile|refusal|rules|signals|widget|wrappers)\.spec\.ts$/,
      use: { browserName: 'firefox', channel: 'moz-firefox', launchOptions: { executablePath: '/usr/bin/firefox-esr', args: [] } },
    },
  ],
});
