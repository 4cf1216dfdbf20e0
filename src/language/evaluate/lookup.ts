import { compare, type Exact, parseExact, whole } from '../../shared/decimal.ts';
import type { Dossier, Fact, RecordFact } from '../dossier.ts';
import type { TermOf } from '../grammar/amount.ts';
import type { Band, Lookup } from '../grammar/programme.ts';
import { attributeType, recordValueType, type ValueType, type Vocabulary } from '../vocabulary.ts';
import type { AmountShop, CompiledAmount } from './amount.ts';
import type { Run } from './clause.ts';
import { recordValue } from './record-value.ts';

/** Lookup tables: rows by a key, or bands of an amount; columns by a second key. */

type Value = CompiledAmount['value'];
const exact = (text: string): Exact => parseExact(text) ?? whole(0);

/** Where keys stand; equivalents of an ordered scale are one key. */
function placed(type: ValueType | undefined): (value: Fact) => Fact {
  if (type?.kind !== 'scale') return (value) => (value === null ? null : String(value));
  return (value) => (value === null ? null : (type.order.get(String(value)) ?? String(value)));
}

/** A key of the record at hand, or of the person; `type` is that of the record. */
function keyOf(key: string, type: string | undefined, vocabulary: Vocabulary) {
  const own = type === undefined ? undefined : recordValueType(vocabulary, type, key);
  const fact = (person: Dossier['person'], record: RecordFact | undefined): Fact =>
    own ? (record ? recordValue(record, key) : null) : (person[key] ?? null);
  return { place: placed(own ?? attributeType(vocabulary, key)), fact };
}

/** The keys that are amounts are compiled by the caller, in the order they are written. */
export function compileLookup(
  { in: name, by }: TermOf<'lookup'>,
  shop: AmountShop,
  amounts: readonly (CompiledAmount | undefined)[],
): Value {
  const table = shop.programme.lookups?.[name];
  const fallback = table?.else === undefined ? undefined : exact(table.else);
  const keys = by.map((key) => (typeof key === 'string' ? key : ''));
  if (table?.bands && amounts[0]) {
    return compileBands(table.bands, amounts[0].value, keys[1], fallback, shop.vocabulary);
  }
  return compileRows(table?.rows ?? {}, keys, fallback, shop.vocabulary);
}

/** The first band the amount lies in. Where the amount is not documented there is nothing to look up. */
function compileBands(
  bands: readonly Band[],
  amount: Value,
  column: string | undefined,
  fallback: Exact | undefined,
  vocabulary: Vocabulary,
): Value {
  const within = bands.map(({ atLeast, moreThan, atMost, below }) => {
    const [least, over, most, under] = [atLeast, moreThan, atMost, below].map((one) =>
      one === undefined ? undefined : exact(one),
    );
    return (value: Exact) =>
      (!least || compare(value, least) >= 0) &&
      (!over || compare(value, over) > 0) &&
      (!most || compare(value, most) <= 0) &&
      (!under || compare(value, under) < 0);
  });
  const columns = byType((type) => {
    const { place, fact } = keyOf(column ?? '', type, vocabulary);
    const cells = bands.map(
      ({ is }) =>
        new Map(
          typeof is === 'string' ? [] : Object.entries(is).map(([key, one]) => [place(key), exact(one)]),
        ),
    );
    return { place, fact, cells };
  });
  const flat = bands.map(({ is }) => (typeof is === 'string' ? exact(is) : undefined));
  return (dossier: Dossier, run: Run, record?: RecordFact) => {
    const value = amount(dossier, run, record);
    if (value === undefined) return undefined;
    const none = fallback ?? (record ? whole(0) : undefined);
    const at = within.findIndex((one) => one(value));
    if (at < 0) return none;
    if (flat[at] !== undefined) return flat[at];
    const { place, fact, cells } = columns(record?.type);
    const key = place(fact(dossier.person, record));
    return key === null ? undefined : (cells[at]?.get(key) ?? none);
  };
}

function compileRows(
  rows: NonNullable<Lookup['rows']>,
  [first = '', second]: readonly string[],
  fallback: Exact | undefined,
  vocabulary: Vocabulary,
): Value {
  const arranged = byType((type) => {
    const [row, column] = [keyOf(first, type, vocabulary), keyOf(second ?? '', type, vocabulary)];
    const cells = new Map<string, Exact>();
    for (const [key, cell] of Object.entries(rows)) {
      if (typeof cell === 'string') cells.set(`${row.place(key)}`, exact(cell));
      else {
        for (const [inner, value] of Object.entries(cell)) {
          cells.set(`${row.place(key)}|${column.place(inner)}`, exact(value));
        }
      }
    }
    return { row, column: second === undefined ? undefined : column, cells };
  });
  return ({ person }, _run, record) => {
    const { row, column, cells } = arranged(record?.type);
    const x = row.place(row.fact(person, record));
    const y = column?.place(column.fact(person, record));
    if (x === null || y === null) return record ? (fallback ?? whole(0)) : undefined;
    return cells.get(y === undefined ? `${x}` : `${x}|${y}`) ?? fallback ?? (record ? whole(0) : undefined);
  };
}

/** Made once for each type of record, and for the subject itself. */
function byType<T>(make: (type: string | undefined) => T): (type: string | undefined) => T {
  const made = new Map<string | undefined, T>();
  return (type) => {
    let found = made.get(type);
    if (found === undefined) {
      found = make(type);
      made.set(type, found);
    }
    return found;
  };
}
