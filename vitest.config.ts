import { defineConfig } from 'vitest/config';
import { hasPostgres } from './tests/support/other-postgres.ts';

const jsx = { jsx: { runtime: 'automatic', importSource: '#jsx' } } as const;
/** Tests of the pure wings need no database, and so do not wait for one. */
const pure = ['src/{language,methods,shared}/**/*.test.ts', 'src/features/**/rules.test.ts'];

/** The walls are held by the database itself, so they are tried on the oldest that is supported too, where there is one. */
const onFifteen = ['tests/access/{walls,works}.test.ts'];

export default defineConfig({
  test: {
    // For what hangs, not for what is slow: it must hold on busy machines that are several times slower than ours.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, oxc: jsx, test: { name: 'pure', include: pure } },
      {
        extends: true,
        oxc: jsx,
        test: {
          name: 'house',
          include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}', 'demo/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...pure],
          globalSetup: 'tests/support/server.ts',
        },
      },
      ...(hasPostgres(15)
        ? [
            {
              extends: true as const,
              oxc: jsx,
              test: { name: 'postgres-15', include: onFifteen, globalSetup: 'tests/support/server-15.ts' },
            },
          ]
        : []),
    ],
  },
});
