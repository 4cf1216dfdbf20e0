import { changeLines } from '../../src/features/audit/timeline/rules.ts';
import { type Saying, sayField, sayText } from '../../src/features/audit/timeline/say.ts';
import type { Database } from '../../src/platform/database.ts';
import { vocabulary } from '../../src/platform/programmes.ts';
import { words } from '../../src/web/words.ts';

/*
 * What the entries of a database would show raw: a value that is a code without words, or a field without a name. The
 * types refuse closed unions without words (`Noted`); this finds what came as any text.
 */

/** What people write, or others name: it stands as it is. */
const AS_WRITTEN = new Set([
  'name',
  'title',
  'event',
  'certificate',
  'post',
  'subject',
  'search',
  'phone',
  'email',
  'code',
  'file',
  'files',
  'provider',
  'address',
  'clientId',
  'claim',
  'programme',
  'version',
  'document',
  'documentNumber',
  'contact',
  'clause',
  'clauses',
  'item',
  'attendees',
  'staffNumber',
  'key',
  'digest',
  'sha256',
]);

const saying: Saying = {
  t: words('zh-CN'),
  locale: 'zh-CN',
  timeZone: 'Asia/Shanghai',
  vocabulary: vocabulary(),
};
const isCode = (text: string) => /^[a-z][a-z]*([-.][a-z]+)*$/.test(text);

function* rawIn(type: string | null, field: string, value: unknown): Generator<string> {
  if (typeof value === 'string') {
    if (isCode(value) && !AS_WRITTEN.has(field) && sayText(saying, type, field, value) === value)
      yield `${field}: ${value}`;
  } else if (Array.isArray(value)) {
    for (const one of value) yield* rawIn(type, field, one);
  } else if (typeof value === 'object' && value !== null && !('zh-CN' in value)) {
    for (const [name, part] of Object.entries(value)) yield* rawIn(type, name, part);
  }
}

/** Each with the act that noted it; empty when all is said. */
export async function unsaid(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('audit').select(['action', 'before', 'after']).execute();
  const found = new Set<string>();
  for (const { action, before, after } of rows) {
    const types = [after, before].map((facts) => (facts as { type?: unknown } | null)?.type);
    const type = types.find((one) => typeof one === 'string') ?? null;
    for (const { field, ...values } of changeLines(before, after)) {
      if (isCode(field) && sayField(saying, type, field) === field)
        found.add(`${action}: ${field} has no name`);
      for (const value of [values.before, values.after])
        for (const raw of rawIn(type, field, value)) found.add(`${action}: ${raw}`);
    }
  }
  return [...found].toSorted();
}
