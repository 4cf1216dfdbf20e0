/** Reads an OpenAPI document for the page that shows it. */
export interface FieldLine {
  readonly name: string;
  readonly type: string;
  readonly needed: boolean;
}
export interface Operation {
  readonly id: string;
  readonly path: string;
  readonly summary: string;
  readonly open: boolean;
  readonly parameters: readonly FieldLine[];
  readonly answer: unknown;
}

type Node = Readonly<Record<string, unknown>>;
const node = (value: unknown): Node => (typeof value === 'object' && value !== null ? (value as Node) : {});
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((here, key) => node(here)[key], value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function operations(document: unknown): Operation[] {
  return Object.entries(node(at(document, 'paths'))).map(([path, item]) => {
    const get = at(item, 'get');
    return {
      id: text(at(get, 'operationId')),
      path,
      summary: text(at(get, 'summary')),
      open: at(get, 'security') === undefined,
      parameters: list(at(get, 'parameters')).map((parameter) => ({
        name: text(at(parameter, 'name')),
        type: typeOf(document, at(parameter, 'schema')),
        needed: at(parameter, 'required') === true,
      })),
      answer: at(get, 'responses', '200', 'content', 'application/json', 'schema'),
    };
  });
}

/** The fields of a schema, those inside others with a dotted name and `[]` for lists. */
export function fieldLines(document: unknown, schema: unknown, prefix = '', depth = 0): FieldLine[] {
  const { properties, needed } = membersOf(document, schema);
  return properties.flatMap(([name, given]) => {
    const resolved = resolve(document, given);
    const line = { name: `${prefix}${name}`, type: typeOf(document, given), needed: needed.includes(name) };
    const inner = at(resolved, 'type') === 'array' ? at(resolved, 'items') : resolved;
    const mark = at(resolved, 'type') === 'array' ? '[]' : '';
    return depth < 3 ? [line, ...fieldLines(document, inner, `${prefix}${name}${mark}.`, depth + 1)] : [line];
  });
}

/** A schema's own properties and those it takes over. */
function membersOf(
  document: unknown,
  schema: unknown,
): { properties: [string, unknown][]; needed: string[] } {
  const resolved = resolve(document, schema);
  const inherited = list(at(resolved, 'allOf')).map((part) => membersOf(document, part));
  return {
    properties: [
      ...inherited.flatMap(({ properties }) => properties),
      ...Object.entries(node(at(resolved, 'properties'))),
    ],
    needed: [...inherited.flatMap(({ needed }) => needed), ...list(at(resolved, 'required')).map(text)],
  };
}

function resolve(document: unknown, schema: unknown): unknown {
  const reference = text(at(schema, '$ref'));
  return reference === '' ? schema : at(document, ...reference.replace('#/', '').split('/'));
}

function typeOf(document: unknown, schema: unknown): string {
  const resolved = resolve(document, schema);
  const choices = list(at(resolved, 'enum')).map(String);
  if (choices.length > 0) return choices.join(' | ');
  const any = list(at(resolved, 'anyOf'));
  if (any.length > 0) return any.map((part) => typeOf(document, part)).join(' | ');
  const type = at(resolved, 'type');
  const named = Array.isArray(type) ? type.map(String).join(' | ') : text(type);
  if (named === 'array') return `${typeOf(document, at(resolved, 'items'))}[]`;
  const format = text(at(resolved, 'format'));
  return (format === '' ? named : `${named} (${format})`) || 'any';
}
