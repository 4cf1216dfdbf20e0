import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { provideChromium } from './lib/chromium.mjs';
import { install, isSuitable, root, suitableNode } from './lib/install.mjs';

/*
 * `npm test`: installs what is missing, runs every check and test there is, and goes on after a failure so
 * that one run shows them all. The last line is "N passed, N failed"; the exit code says the same.
 */
process.chdir(root);
await install();
if (!isSuitable()) {
  const again = spawnSync(suitableNode(), ['scripts/test.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] });
  process.exit(again.status ?? 1);
}

const reports = join(root, '.cache', 'test');
const stepLimit = 20 * 60_000;
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const env = testEnvironment();
const results = [];

check('style', 'biome', ['check', '--error-on-warnings']);
check('types', 'tsc', ['-p', 'tsconfig.json']);
check('types of the pure wings', 'tsc', ['-p', 'tsconfig.pure.json']);
check('types of the islands', 'tsc', ['-p', 'tsconfig.islands.json']);
tests('tests', []);
check('build', 'node', ['scripts/build.mjs']);
const chromium = provideChromium();
if (chromium === null) record({ name: 'browser for the journeys', passed: 0, failed: 1, seconds: 0 });
else tests('journeys', ['--config', 'vitest.e2e.config.ts'], { CHROMIUM_PATH: chromium });
summarise();

/** Settings of the machine's own Qinglan are none of the tests' business. */
function testEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(DATABASE_URL|PORT|HOST|QINGLAN_.*)$/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    CI: 'true',
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  };
}

function check(name, command, args) {
  const { ok, seconds } = run(name, command, args);
  record({ name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, seconds });
}

function tests(name, args, extra = {}) {
  const report = join(reports, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { ok, seconds } = run(name, 'vitest', ['run', ...args, ...reporters], extra);
  const { passed, failed, fallen } = count(report);
  // vitest also fails for errors outside of any test; the count must not hide that.
  record({ name, passed, failed: ok ? failed : Math.max(failed, 1), seconds, fallen });
}

function run(name, command, args, extra = {}) {
  console.log(`\n── ${name}`);
  const began = performance.now();
  const { status } = spawnSync(join(root, 'node_modules/.bin', command), args, {
    env: { ...env, ...extra },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: stepLimit,
  });
  return { ok: status === 0, seconds: (performance.now() - began) / 1000 };
}

/** A file that could not even be loaded has no tests to count: it counts as one that failed. */
function count(report) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const unloaded = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    return {
      passed: numPassedTests,
      failed: numFailedTests + unloaded.length,
      fallen: [...unloaded.map((file) => `${local(file.name)}: ${head(file.message)}`), ...said(testResults)],
    };
  } catch {
    return { passed: 0, failed: 1, fallen: [`no report at ${local(report)}`] };
  }
}

/** Which tests failed and with what first line, a line each. */
function said(files) {
  return files.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${local(file.name)} > ${test.fullName}: ${head(test.failureMessages[0])}`),
  );
}

function local(path) {
  return relative(root, path);
}

function head(message) {
  return stripVTControlCharacters(message ?? '')
    .trim()
    .split('\n')[0];
}

function record(result) {
  results.push(result);
}

function summarise() {
  console.log('\n── summary');
  for (const { name, passed, failed, seconds, fallen = [] } of results) {
    const mark = failed === 0 ? '✓' : '✗';
    console.log(`${mark} ${name}: ${passed} passed, ${failed} failed (${seconds.toFixed(0)} s)`);
    // Named again here: of a build server's output often only the end is kept.
    for (const line of fallen) console.log(`  ✗ ${line}`);
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  const failed = total('failed');
  // The exit code is set rather than forced, so that a slow pipe still gets the last line.
  process.exitCode = failed === 0 ? 0 : 1;
  console.log(`${total('passed')} passed, ${failed} failed`);
}
