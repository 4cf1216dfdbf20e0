import { amountAnnotations, amountDocs, amountOperators } from './grammar/amount.ts';
import { operatorDocs, operators } from './grammar/condition.ts';
import { programme } from './grammar/programme.ts';
import { annotations } from './grammar/selection.ts';
import { type Field, type RefKind, type ShapeDef, wordsOf } from './grammar/shape.ts';
import type { Names } from './problem.ts';
import { type Vocabulary, vocabularyNames } from './vocabulary.ts';

/** A JSON Schema of programme files, made from the grammar, so that any editor completes and checks them. */
export type JsonSchema = { readonly [key: string]: unknown };

/**
 * A file without terms of its own may use the words of the vocabulary only, so that an editor sees a word
 * misspelt; one that brings terms may use those too, which a schema cannot look up.
 */
export function programmeJsonSchema(vocabulary: Vocabulary): JsonSchema {
  const common: Words = { names: (kind) => vocabularyNames(vocabulary, kind), own: false };
  const extended: Words = { ...common, own: true };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Qinglan programme',
    if: { required: ['terms'] },
    // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema.
    then: schemaOf(programme, extended),
    else: schemaOf(programme, common),
    $defs: { ...definitions(common), ...definitions(extended) },
  };
}

interface Words {
  readonly names: (kind: RefKind) => readonly string[] | undefined;
  /** Whether the file brings words of its own. */
  readonly own: boolean;
}

const definitionOf = (kind: 'condition' | 'amount', { own }: Words) => (own ? `${kind}-of-terms` : kind);

const definitions = (words: Words): JsonSchema => ({
  [definitionOf('condition', words)]: operatorSchema(annotations, operators, operatorDocs, words),
  [definitionOf('amount', words)]: {
    anyOf: [{ type: 'number' }, operatorSchema(amountAnnotations, amountOperators, amountDocs, words)],
  },
});

/** What `terms` may add to; its keys are words as written there. */
const extensible: readonly RefKind[] = ['record-type', 'attribute', 'title', 'scale'];
const anyWord = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9-]*$' };

function namesSchema(kind: RefKind, { names, own }: Words): JsonSchema | undefined {
  const known = names(kind);
  if (!known) return undefined;
  return own && extensible.includes(kind) ? { anyOf: [{ enum: known }, anyWord] } : { enum: known };
}

/** Annotations beside exactly one operator. */
function operatorSchema(
  notes: Readonly<Record<string, Field>>,
  shapes: Readonly<Record<string, ShapeDef>>,
  docs: Readonly<Record<string, Names>>,
  words: Words,
): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [key, { shape, doc }] of Object.entries(notes)) {
    properties[key] = { ...schemaOf(shape, words), ...described(doc) };
  }
  for (const [key, shape] of Object.entries(shapes)) {
    properties[key] = { ...schemaOf(shape, words), ...described(docs[key]) };
  }
  return {
    type: 'object',
    properties,
    additionalProperties: false,
    oneOf: Object.keys(shapes).map((key) => ({ required: [key] })),
  };
}

const bothWords = (words: Names): string => `${words['zh-CN']} / ${words.en}`;
const described = (doc: Names | undefined): JsonSchema => (doc ? { description: bothWords(doc) } : {});

function schemaOf(shape: ShapeDef, words: Words): JsonSchema {
  switch (shape.kind) {
    case 'text':
      return { type: 'string', ...(shape.pattern ? { pattern: shape.pattern.source } : { minLength: 1 }) };
    case 'number':
      return { type: shape.integer ? 'integer' : 'number', minimum: shape.min, maximum: shape.max };
    case 'decimal':
      return { type: 'number', minimum: shape.min, maximum: shape.max };
    case 'boolean':
      return { type: 'boolean' };
    case 'literal':
      return { type: ['string', 'number', 'boolean'] };
    case 'choice':
      // Not of the standard, but what editors show beside each.
      return { enum: shape.of, enumDescriptions: Object.values(wordsOf(shape)).map(bothWords) };
    case 'ref':
      return namesSchema(shape.to, words) ?? { type: 'string' };
    case 'list': {
      const items = schemaOf(shape.of, words);
      const list = { type: 'array', items, ...(shape.min > 0 ? { minItems: shape.min } : {}) };
      return shape.orOne ? { anyOf: [items, list] } : list;
    }
    case 'map': {
      const known = shape.keys && namesSchema(shape.keys, words);
      return {
        type: 'object',
        additionalProperties: schemaOf(shape.of, words),
        ...(known ? { propertyNames: known } : {}),
        ...(shape.min > 0 ? { minProperties: shape.min } : {}),
      };
    }
    case 'object': {
      const properties = Object.fromEntries(
        Object.entries(shape.fields).map(([key, field]) => [
          key,
          { ...schemaOf(field.shape, words), ...described(field.doc) },
        ]),
      );
      const required = Object.keys(shape.fields).filter((key) => shape.fields[key]?.required);
      return {
        type: 'object',
        properties,
        additionalProperties: false,
        ...(required.length > 0 ? { required } : {}),
      };
    }
    case 'either':
      return { anyOf: shape.of.map((one) => schemaOf(one, words)) };
    case 'condition':
    case 'amount':
      return { $ref: `#/$defs/${definitionOf(shape.kind, words)}` };
  }
}
