import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/**
 * `npm run fuzz -- --requests 50000 [--seed N]`: that many requests nobody means to send (tests/fuzz), half of
 * them around what a city in use would accept. A seed gives
 * the same requests again; without one it is made up and printed.
 */
const { values } = parseArgs({
  options: { requests: { type: 'string', default: '50000' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const requests = Number(values.requests);
if (!Number.isInteger(seed) || !Number.isInteger(requests) || requests < 1) {
  console.error('--requests and --seed are whole numbers');
  process.exit(2);
}
console.log(`${requests} requests, seed ${seed}`);
const { status } = spawnSync('vitest', ['run', 'tests/fuzz'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    FUZZ_REQUESTS: String(Math.ceil(requests / 2)),
    FUZZ_CITY_REQUESTS: String(Math.ceil(requests / 2)),
    FUZZ_SEED: String(seed),
  },
});
process.exit(status ?? 1);
