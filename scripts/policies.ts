import { allEncoded, leftOut, policies } from '../tests/support/policies.ts';
import { coverageOf, percent } from './lib/policies.ts';

/** `npm run policies`: clauses of the collected real policies that programmes encode, by family of constructs. */
const collection = policies();
if (collection === null) {
  console.log('The collection of policies does not stand beside this checkout.');
} else {
  const { whole, families, missing } = coverageOf(collection, allEncoded());
  for (const [family, counted] of [...families].toSorted()) {
    console.log(`${family}  ${counted.encoded} of ${counted.clauses}  ${percent(counted)} %`);
  }
  console.log(`all  ${whole.encoded} of ${whole.clauses}  ${percent(whole)} %`);
  const reasons = new Map(leftOut().map(({ clause, reason }) => [clause, reason.en]));
  for (const clause of missing) console.log(`${clause}: ${reasons.get(clause) ?? 'not encoded yet'}`);
}
