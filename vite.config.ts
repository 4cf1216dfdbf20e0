import { globSync } from 'node:fs';
import { defineConfig } from 'vite';

/*
 * Two builds, chosen by mode:
 *   server   src/main.ts and src/cli.ts to dist/, packages left in node_modules
 *   browser  every island and style sheet to dist/assets/, named by content, listed in manifest.json by
 *            source path (its `file` is relative to dist/assets)
 */
export default defineConfig(({ mode }) => ({
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: '#jsx' } },
  build: mode === 'server' ? server : browser,
}));

const server = {
  ssr: true,
  outDir: 'dist',
  emptyOutDir: false,
  target: 'node24',
  sourcemap: true,
  minify: false,
  rolldownOptions: {
    input: globSync('src/{main,cli}.ts'),
    output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
  },
};

const browser = {
  outDir: 'dist/assets',
  assetsDir: '',
  emptyOutDir: true,
  // Phones a few years old are the rule in the field.
  target: ['chrome87', 'safari14', 'firefox78'],
  manifest: 'manifest.json',
  modulePreload: { polyfill: false },
  rolldownOptions: { input: globSync('src/web/{islands/*.ts,styles/*.css}', { exclude: ['**/*.test.ts'] }) },
};
