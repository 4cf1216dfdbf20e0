import { type Kysely, sql } from 'kysely';

/*
 * Reads the migrated database and writes it down twice: as types for the queries and as a page for people.
 * `npm run schema` writes both files; tests/schema.test.ts fails when they have drifted.
 */

export interface Column {
  name: string;
  type: string;
  nullable: boolean;
  hasDefault: boolean;
  alwaysGenerated: boolean;
  comment: string | null;
}

export interface Table {
  name: string;
  /** A view shows columns of tables and has no rules of its own. */
  view: boolean;
  comment: string | null;
  columns: Column[];
  constraints: { name: string; kind: string; definition: string }[];
  indexes: { name: string; definition: string }[];
}

/** The tables of the connection's schema, by name; the migrations' own table is left out. */
export async function readTables<DB>(db: Kysely<DB>): Promise<Table[]> {
  const { rows } = await sql<Table>`
    SELECT c.relname AS name, c.relkind = 'v' AS view,
      obj_description(c.oid) AS comment,
      (SELECT jsonb_agg(jsonb_build_object(
          'name', a.attname,
          'type', format_type(a.atttypid, a.atttypmod),
          'nullable', NOT a.attnotnull AND c.relkind <> 'v',
          'hasDefault', a.atthasdef OR a.attidentity <> '',
          'alwaysGenerated', a.attidentity = 'a' OR a.attgenerated <> '',
          'comment', col_description(c.oid, a.attnum)) ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
      coalesce((SELECT jsonb_agg(jsonb_build_object(
          'name', o.conname, 'kind', o.contype, 'definition', pg_get_constraintdef(o.oid)) ORDER BY o.conname)
        FROM pg_constraint o WHERE o.conrelid = c.oid AND o.contype <> 'n'), '[]') AS constraints,
      coalesce((SELECT jsonb_agg(jsonb_build_object(
          'name', i.relname, 'definition', pg_get_indexdef(i.oid)) ORDER BY i.relname)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        WHERE x.indrelid = c.oid
          AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.oid AND o.conrelid = c.oid)), '[]') AS indexes
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v') AND c.relname <> 'migration'
    ORDER BY c.relname`.execute(db);
  return rows;
}

const scalarTypes: Record<string, string> = {
  boolean: 'boolean',
  smallint: 'number',
  integer: 'number',
  bigint: 'Bigint',
  real: 'number',
  'double precision': 'number',
  numeric: 'Numeric',
  text: 'string',
  uuid: 'string',
  date: 'string',
  daterange: 'string',
  tstzrange: 'string',
  tsvector: 'string',
  'time without time zone': 'string',
  'timestamp with time zone': 'Timestamp',
  bytea: 'Buffer',
  json: 'Json',
  jsonb: 'Json',
};

/** The source of src/platform/schema.generated.ts. */
export function renderTypes(tables: Table[]): string {
  const interfaces = tables.map((table) => {
    const columns = table.columns.map((column) => `  ${column.name}: ${columnType(table, column)};`);
    return `export interface ${pascalCase(table.name)} {\n${columns.join('\n')}\n}\n`;
  });
  const entries = tables.map(({ name }) => `  ${name}: ${pascalCase(name)};`);
  return `// Written by "npm run schema" from the migrated database. Do not edit.
import type { ColumnType } from 'kysely';

/** A whole number below 2^53. */
export type Bigint = ColumnType<number, number | string, number | string>;
/** An exact decimal, kept as text. */
export type Numeric = ColumnType<string, number | string, number | string>;
/** An instant; write a Date or an ISO 8601 text. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** Read: the parsed value, to be checked by the reader. Write: JSON text (JSON.stringify). */
export type Json = ColumnType<unknown, string, string>;
/** May be left out of an insert: the database has a default. */
export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;
/** Never written: the database makes it. */
export type GeneratedAlways<T> = ColumnType<T extends ColumnType<infer S, unknown, unknown> ? S : T, never, never>;

${interfaces.join('\n')}
export interface DB {
${entries.join('\n')}
}
`;
}

function columnType(table: Table, column: Column): string {
  const base = scalarType(table, column);
  const type = column.nullable ? `${base} | null` : base;
  if (column.alwaysGenerated) return `GeneratedAlways<${type}>`;
  return column.hasDefault ? `Generated<${type}>` : type;
}

function scalarType(table: Table, { name, type }: Column): string {
  const allowed = allowedTexts(table, name);
  if (allowed !== null) return allowed.map((text) => `'${text}'`).join(' | ');
  const array = type.endsWith('[]');
  const plain = type.replace(/\[\]$/, '').replace(/\(.*\)$/, '');
  const found = scalarTypes[plain];
  if (found === undefined)
    throw new Error(`${table.name}.${name}: say in describe-schema.ts what ${type} is`);
  return array ? `${found}[]` : found;
}

/** The texts that a check such as `state IN ('draft', 'open')` allows a column; null without such a check. */
function allowedTexts(table: Table, column: string): string[] | null {
  for (const { kind, definition } of table.constraints) {
    const check = /^CHECK \(\((\w+) = ANY \(ARRAY\[(.*)\]\)\)\)$/.exec(definition);
    if (kind !== 'c' || check?.[1] !== column) continue;
    const texts = [...(check[2] ?? '').matchAll(/'([^']*)'::text/g)].map((match) => match[1] ?? '');
    if (texts.length > 0) return texts;
  }
  return null;
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The text of docs/schema.md. */
export function renderPage(tables: Table[]): string {
  const index = tables.map(({ name }) => `[${name}](#${name})`).join(' · ');
  return `# The tables

Written by \`npm run schema\` from the migrated database; the migrations say why. One authority is one such schema.

${index}

${tables.map(renderTable).join('\n')}`;
}

function renderTable({ name, comment, columns, constraints, indexes }: Table): string {
  const rows = columns.map(
    (column) => `| ${column.name} | ${column.type} | ${requirement(column)} | ${column.comment ?? ''} |`,
  );
  const rules = [
    ...constraints.map((constraint) => `- ${constraint.name}: \`${constraint.definition}\``),
    ...indexes.map((entry) => `- ${entry.name}: \`${plainIndex(entry.definition)}\``),
  ];
  return [
    `## ${name}\n`,
    ...(comment === null ? [] : [`${comment}\n`]),
    '| column | type | | |\n| --- | --- | --- | --- |',
    `${rows.join('\n')}\n`,
    `${rules.join('\n')}\n`,
  ].join('\n');
}

function requirement({ nullable, hasDefault }: Column): string {
  if (nullable) return 'optional';
  return hasDefault ? 'has a default' : 'required';
}

/** Without the schema's name, which is not the table's business. */
function plainIndex(definition: string): string {
  return definition.replace(/ ON (?:ONLY )?\w+\./, ' ON ');
}
