import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { around, sourceText, vocabulary } from '../../tests/support/language.ts';
import { operatorDocs, operators } from './grammar/condition.ts';
import { type JsonSchema, programmeJsonSchema } from './schema.ts';

const schema = programmeJsonSchema(vocabulary);

/** As much of a JSON Schema validator as the generated schema uses: the paths that do not fit. */
function misfits(value: unknown, part: JsonSchema, path = ''): string[] {
  const definitions = schema.$defs as Record<string, JsonSchema>;
  const referred = typeof part.$ref === 'string' ? definitions[part.$ref.replace('#/$defs/', '')] : part;
  const asked = referred?.if as { required: string[] } | undefined;
  const holds = asked?.required.every((key) => key in Object(value)) ?? false;
  const rule = (asked ? (holds ? referred?.then : referred?.else) : referred) as JsonSchema;
  const {
    type,
    enum: among,
    anyOf,
    oneOf,
    properties,
    additionalProperties,
    required,
    items,
    pattern,
  } = rule as {
    type?: string | string[];
    enum?: unknown[];
    anyOf?: JsonSchema[];
    oneOf?: { required: string[] }[];
    properties?: Record<string, JsonSchema>;
    additionalProperties?: JsonSchema | false;
    required?: string[];
    items?: JsonSchema;
    pattern?: string;
  };
  if (among && !among.includes(value)) return [path];
  if (anyOf) return anyOf.some((one) => misfits(value, one, path).length === 0) ? [] : [path];
  const kind = Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
  const allowed = type === undefined ? undefined : [type].flat();
  if (allowed && !allowed.includes(kind) && !(kind === 'integer' && allowed.includes('number')))
    return [path];
  if (pattern && typeof value === 'string' && !new RegExp(pattern).test(value)) return [path];
  if (Array.isArray(value)) return value.flatMap((item, i) => misfits(item, items ?? {}, `${path}[${i}]`));
  if (typeof value !== 'object' || value === null) return [];
  const given = value as Record<string, unknown>;
  const wrong = (required ?? []).filter((key) => !(key in given)).map((key) => `${path}.${key}`);
  if (oneOf && oneOf.filter((one) => one.required.every((key) => key in given)).length !== 1)
    wrong.push(path);
  for (const [key, child] of Object.entries(given)) {
    const known = properties?.[key] ?? additionalProperties;
    if (known === false) wrong.push(`${path}.${key}`);
    else if (known) wrong.push(...misfits(child, known, `${path}.${key}`));
  }
  return wrong;
}

test.each(['002-3-city-backbone', '002-4-school-backbone', '002-5-school-candidates'])(
  '%s fits the schema made from the grammar',
  (name) => {
    expect(misfits(parse(sourceText(name)), schema)).toEqual([]);
  },
);

test('the schema refuses what the loader refuses: typos, unknown names, two operators', () => {
  const wrong = (condition: string) => misfits(parse(around(condition)), schema);
  expect(wrong('known: rank')).toEqual([]);
  expect(wrong('conut: {record: paper}')).toContain('.eligibility.conut');
  expect(wrong('count: {record: papers}')).toContain('.eligibility.count.record');
  expect(wrong('{known: rank, person: {sex: male}}')).toContain('.eligibility');
  expect(wrong('count: {record: paper, within: five years}')).toContain('.eligibility.count.within');
  expect(wrong('amount: {of: {cuont: {record: paper}}, atLeast: 1}')).toContain('.eligibility.amount.of');
});

test('a file that brings terms may use them, and misspells no operator', () => {
  const terms = 'terms: {records: {diary: {names: {zh-CN: 日记, en: diary}}}}';
  const wrong = (condition: string) => misfits(parse(around(condition, terms)), schema);
  expect(wrong('count: {record: diary, min: 1}')).toEqual([]);
  expect(wrong('conut: {record: diary, min: 1}')).toContain('.eligibility.conut');
  expect(wrong('count: {record: paper, where: {level: {atleast: city}}}')).not.toEqual([]);
});

test('every operator is described in both languages', () => {
  for (const key of Object.keys(operators)) {
    const doc = operatorDocs[key as keyof typeof operators];
    expect(doc['zh-CN']).not.toBe('');
    expect(doc.en).not.toBe('');
  }
});
