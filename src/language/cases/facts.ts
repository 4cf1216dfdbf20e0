import type { Dossier, Fact, Person, RecordFact } from '../dossier.ts';
import type { CaseFacts } from './shape.ts';

/** Facts as written in a case, as a dossier the evaluator reads. */
export function dossierOf(facts: CaseFacts, name: string): Dossier {
  const { person = {}, titles = [], records = [], lists, members } = facts;
  return {
    person: { ...nobody, ...person, id: name } as Person,
    titles: titles.map(({ title, level, from, until }) => ({
      title,
      level: level ?? null,
      from,
      until: until ?? null,
    })),
    records: records.flatMap(({ times = 1, ...record }, i) =>
      Array.from({ length: times }, (_, copy) =>
        recordOf(record, `${name}.${i + 1}${times > 1 ? `.${copy + 1}` : ''}`),
      ),
    ),
    ...(lists ? { lists } : {}),
    ...(members
      ? {
          members: Object.fromEntries(
            Object.entries(members).map(([role, those]) => [
              role,
              those.flatMap(({ times = 1, ...one }, i) =>
                Array.from({ length: times }, (_, copy) =>
                  dossierOf(one, `${name}.${role}${i + 1}.${copy + 1}`),
                ),
              ),
            ]),
          ),
        }
      : {}),
  };
}

/** What nobody has documented. */
const nobody: Omit<Person, 'id'> = {
  birthDate: null,
  sex: null,
  teachingSince: null,
  subject: null,
  stage: null,
  setting: null,
  rank: null,
  education: null,
};

type CaseRecord = Omit<NonNullable<CaseFacts['records']>[number], 'times'>;

function recordOf(record: CaseRecord, name: string): RecordFact {
  const { type, id, title, on, level, grade, event, authorOrder, status = 'confirmed', fields = {} } = record;
  return {
    id: id ?? name,
    type,
    title: title ?? name,
    on: on ?? null,
    level: level ?? null,
    grade: grade ?? null,
    event: event ?? null,
    authorOrder: authorOrder ?? null,
    status,
    fields: fields as Readonly<Record<string, Fact>>,
  };
}
