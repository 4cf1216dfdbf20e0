import { defineConfig } from 'vitest/config';

/** Journeys in a real browser, against the built application; `npm run e2e`. */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: '#jsx' } },
  test: {
    name: 'journeys',
    include: ['tests/e2e/**/*.e2e.ts'],
    globalSetup: 'tests/support/server.ts',
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    fileParallelism: false,
  },
});
