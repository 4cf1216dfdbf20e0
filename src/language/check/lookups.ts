import { compare, type Exact, parseExact, whole } from '../../shared/decimal.ts';
import type { TermOf } from '../grammar/amount.ts';
import type { Band, Lookup } from '../grammar/programme.ts';
import type { Programme } from '../programme.ts';
import { attributeType, recordValueType, type ValueType, type Vocabulary } from '../vocabulary.ts';
import type { Fail } from './values.ts';

/** Lookup tables, and what is looked up in them. */

export function checkTables(programme: Programme, fail: Fail): void {
  for (const [id, { rows, bands }] of Object.entries(programme.lookups ?? {})) {
    const at = `lookups.${id}`;
    if (rows && bands) {
      const [zh, en] = ['rows 与 bands 只写其一。', 'Either `rows` or `bands`.'];
      fail('many-operators', `${at}.bands`, zh, en);
    } else if (!rows && !bands) {
      const [zh, en] = ['对照表缺少内容。', 'The table has nothing in it.'];
      fail('missing-key', at, zh, en, ['rows', 'bands']);
    }
    bands?.forEach((band, i) => {
      checkBand(band, `${at}.bands[${i}]`, fail);
    });
  }
}

const bounds = ['atLeast', 'moreThan', 'atMost', 'below'] as const;
const exact = (text: string): Exact => parseExact(text) ?? whole(0);

function checkBand(band: Band, at: string, fail: Fail): void {
  const { atLeast, moreThan, atMost, below } = band;
  if (bounds.every((key) => band[key] === undefined)) {
    const [zh, en] = [
      '须写明这一段的界限；其余的写在表的 else。',
      'A band has a bound; what no band holds is the `else` of the table.',
    ];
    fail('missing-key', at, zh, en, bounds);
  }
  for (const [one, other] of [
    ['atLeast', 'moreThan'],
    ['atMost', 'below'],
  ] as const) {
    if (band[one] === undefined || band[other] === undefined) continue;
    const [zh, en] = [`${one} 与 ${other} 只写其一。`, `Either \`${one}\` or \`${other}\`.`];
    fail('many-operators', `${at}.${other}`, zh, en);
  }
  const [low, high] = [atLeast ?? moreThan, atMost ?? below];
  if (low === undefined || high === undefined) return;
  const order = compare(exact(low), exact(high));
  const closed = atLeast !== undefined && atMost !== undefined;
  if (order < 0 || (order === 0 && closed)) return;
  fail(
    'wrong-value',
    at,
    '这一段没有任何数：下限不低于上限。',
    'The band holds no number: it ends before it begins.',
  );
}

/** Every key of a lookup is a key of the record at hand, or an attribute, or an amount where the table has bands. */
export function checkLookup(
  { in: name, by }: TermOf<'lookup'>,
  at: string,
  records: readonly string[] | undefined,
  programme: Programme,
  vocabulary: Vocabulary,
  fail: Fail,
): void {
  const table = programme.lookups?.[name];
  const attributes = Object.keys(vocabulary.attributes);
  by.forEach((key, i) => {
    const to = `${at}.by${by.length > 1 ? `[${i}]` : ''}`;
    const banded = table?.bands !== undefined && i === 0;
    if (typeof key !== 'string') {
      if ((table?.rows || table?.bands) && !banded) notByAmount(table, to, fail);
      return;
    }
    const types = (records ?? []).flatMap((record) => recordValueType(vocabulary, record, key) ?? []);
    if (types.length === 0 && !attributes.includes(key)) {
      const [zh, en] = [`没有"${key}"可作查表的键。`, `There is no "${key}" to look up by.`];
      fail('unknown-reference', to, zh, en, attributes, key);
    } else if (banded) {
      const [zh, en] = [
        `此表按数额分段，第一个键须是数额，"${key}"须写成数额。`,
        `The table has bands: its first key is an amount. Write "${key}" as one.`,
      ];
      fail('wrong-comparison', to, zh, en, types.length > 0 ? [`{field: ${key}}`] : [`{value: ${key}}`]);
    } else if (table) {
      checkNames(types.length > 0 ? types : [attributeType(vocabulary, key)], keysOf(table, i), name, fail);
    }
  });
  const cells = cellsOf(table);
  const dimensions = cells.some((cell) => typeof cell !== 'string') ? 2 : 1;
  if (cells.length === 0 || by.length === dimensions) return;
  fail(
    'out-of-range',
    `${at}.by`,
    `对照表有 ${dimensions} 维，写了 ${by.length} 个键。`,
    `The table has ${dimensions} dimension(s); ${by.length} key(s) are given.`,
  );
}

function notByAmount(table: Lookup, to: string, fail: Fail): void {
  const [zh, en] = table.bands
    ? [
        '只有第一个键可以是数额，列按名目取。',
        'Only the first key may be an amount; columns are taken by name.',
      ]
    : [
        '此表按名目列行，不能以数额查；按数额查的表写 bands。',
        'The table has rows by name; a table looked up by an amount has `bands`.',
      ];
  fail('wrong-comparison', to, zh, en, table.bands ? [] : ['bands']);
}

const cellsOf = (table: Lookup | undefined) => [
  ...Object.values(table?.rows ?? {}),
  ...(table?.bands ?? []).map(({ is }) => is),
];

/** The names of rows or columns, and where each stands. */
function keysOf({ rows, bands }: Lookup, dimension: number): readonly (readonly [key: string, at: string])[] {
  const columns = (cell: string | Readonly<Record<string, string>>, at: string) =>
    typeof cell === 'string' ? [] : Object.keys(cell).map((key) => [key, `${at}.${key}`] as const);
  if (bands) return bands.flatMap(({ is }, i) => columns(is, `bands[${i}].is`));
  return Object.entries(rows ?? {}).flatMap(([key, cell]) =>
    dimension === 0 ? [[key, `rows.${key}`] as const] : columns(cell, `rows.${key}`),
  );
}

/** A row of a name nothing can have is never found. */
function checkNames(
  types: readonly (ValueType | undefined)[],
  keys: readonly (readonly [key: string, at: string])[],
  table: string,
  fail: Fail,
): void {
  const known = types.flatMap((type) => {
    if (type?.kind === 'scale') return [[...type.order.keys()]];
    return type?.kind === 'choice' ? [Object.keys(type.choices)] : [];
  });
  if (known.length < types.length) return;
  const all = known.flat();
  for (const [key, at] of keys) {
    if (all.includes(key)) continue;
    const [zh, en] = [`"${key}"不是所查的键能有的值。`, `"${key}" is nothing the key can be.`];
    fail('unknown-reference', `lookups.${table}.${at}`, zh, en, all, key);
  }
}
