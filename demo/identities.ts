import { appendAudit } from '../src/features/audit/queries.ts';
import { putIdNumber, updateKept } from '../src/features/organisation/id-numbers/queries.ts';
import { checkDigit } from '../src/features/organisation/id-numbers/rules.ts';
import { makeVault } from '../src/features/organisation/id-numbers/vault.ts';
import { transaction } from '../src/platform/database.ts';
import type { Services } from '../src/platform/services.ts';
import type { Random } from './random.ts';

/** No region has this code (GB/T 2260), so that a made-up number is nobody's; its check digit is right. */
const NO_REGION = '990101';

/** The city keeps identity numbers, and one school has entered those of its people. */
export async function loadIdentities(services: Services, random: Random): Promise<void> {
  const { db, config } = services;
  const now = services.clock();
  const vault = makeVault(config, now);
  if (vault === null) return; // Keys of another secret lie in the data folder: they are not ours to replace.
  const people = await db
    .selectFrom('demo_persona')
    .innerJoin('person as applicant', 'applicant.id', 'demo_persona.person_id')
    .innerJoin('person', 'person.unit_id', 'applicant.unit_id')
    .select(['person.id', 'person.sex', 'person.birth_date as birthDate'])
    .where('demo_persona.kind', '=', 'applicant')
    .orderBy('person.id')
    .execute();
  await transaction(db, async (tx) => {
    await updateKept(tx, true);
    for (const [at, { id: personId, sex, birthDate }] of people.entries()) {
      if (birthDate === null) continue;
      const order = at * 2 + (sex === 'male' ? 1 : 2);
      const digits = `${NO_REGION}${birthDate.replaceAll('-', '')}${String(order % 1000).padStart(3, '0')}`;
      const id = random.id(now.getTime());
      const number = { kind: 'resident', number: digits + checkDigit(digits) } as const;
      await putIdNumber(tx, { id, personId, at: now, ...vault.seal(id, number) });
    }
    await appendAudit(tx, null, now, {
      action: 'id-number.setting',
      subjectType: 'authority',
      subjectId: null,
      before: { kept: false },
      after: { kept: true },
    });
  });
}
