import { isIP } from 'node:net';
import { isId } from '../platform/ids.ts';
import { logMark } from '../platform/refusals.ts';
import type { Services } from '../platform/services.ts';
import { out, Refusal } from './answer.ts';

export const whoUsage = `  who MARK                               whose mark that is in the log (\`who\`): name, staff number and page
  who ADDRESS                            the mark of a network address or of a person's id there (\`from\`, \`who\`)`;

type WithServices = (work: (services: Services, url: string) => Promise<void>) => Promise<void>;

/** The marks of the log are made, not kept: whose one is, is found by making everybody's. */
export async function whoCommand([sought, ...more]: string[], withServices: WithServices): Promise<void> {
  if (sought === undefined || more.length > 0) throw new Refusal(whoUsage);
  await withServices(async ({ db, config }) => {
    if (isIP(sought) !== 0 || isId(sought)) return void out(logMark(config, sought));
    const people = await db.selectFrom('person').select(['id', 'name', 'staff_number']).execute();
    const found = people.find(({ id }) => logMark(config, id) === sought);
    if (found === undefined) throw new Refusal(`Nobody of this authority has the mark ${sought}`);
    out([found.name, found.staff_number, `/people/${found.id}`].filter((one) => one !== null).join('  '));
  });
}
