import { existsSync, readFileSync } from 'node:fs';
import { apportion } from '../src/methods/apportion/apportion.ts';
import { line, timed } from './lib.ts';

/** Apportionment: 406 places over eleven counties by every method, and 435 over fifty by Huntington–Hill. */
const eleven = [1308, 1182, 1119, 742, 661, 984, 917, 843, 879, 801, 564];
const fifty = Array.from({ length: 50 }, (_, i) => 500_000 + ((i * 7_919_317) % 39_000_000));
for (const method of ['hamilton', 'webster', 'huntington-hill', 'dhondt', 'adams', 'dean'] as const) {
  const result = apportion({ method, total: 406, weights: eleven });
  console.log(
    line(
      `406 over 11, ${method}`,
      await timed(200, async () => apportion({ method, total: 406, weights: eleven })),
    ),
    result.seats.join(' '),
  );
}
console.log(
  line(
    '435 over 50, huntington-hill',
    await timed(50, async () => apportion({ method: 'huntington-hill', total: 435, weights: fifty })),
  ),
);
const oracle = '../shared/oracles/apportionment/cases.json';
if (existsSync(oracle))
  console.log(
    `oracle cases at hand: ${(JSON.parse(readFileSync(oracle, 'utf8')) as unknown[]).length}; npm test compares every one exactly`,
  );
