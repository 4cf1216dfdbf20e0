import { amountAnnotations, amountDocs, amountOperators } from './grammar/amount.ts';
import { operatorDocs, operators } from './grammar/condition.ts';
import { programme } from './grammar/programme.ts';
import { annotations } from './grammar/selection.ts';
import type { Field, RefKind, ShapeDef } from './grammar/shape.ts';
import type { Names } from './problem.ts';
import { type Vocabulary, vocabularyNames } from './vocabulary.ts';

/** A JSON Schema of programme files, made from the grammar, so that any editor completes and checks them. */
export type JsonSchema = { readonly [key: string]: unknown };

export function programmeJsonSchema(vocabulary: Vocabulary): JsonSchema {
  const names = (kind: RefKind) => vocabularyNames(vocabulary, kind);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Qinglan programme',
    ...schemaOf(programme, names),
    $defs: {
      condition: operatorSchema(annotations, operators, operatorDocs, names),
      amount: {
        anyOf: [{ type: 'number' }, operatorSchema(amountAnnotations, amountOperators, amountDocs, names)],
      },
    },
  };
}

type NamesOf = (kind: RefKind) => readonly string[] | undefined;

/** Annotations beside exactly one operator. */
function operatorSchema(
  notes: Readonly<Record<string, Field>>,
  shapes: Readonly<Record<string, ShapeDef>>,
  docs: Readonly<Record<string, Names>>,
  names: NamesOf,
): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [key, { shape, doc }] of Object.entries(notes)) {
    properties[key] = { ...schemaOf(shape, names), ...described(doc) };
  }
  for (const [key, shape] of Object.entries(shapes)) {
    properties[key] = { ...schemaOf(shape, names), ...described(docs[key]) };
  }
  return {
    type: 'object',
    properties,
    additionalProperties: false,
    oneOf: Object.keys(shapes).map((key) => ({ required: [key] })),
  };
}

const described = (doc: { 'zh-CN': string; en: string } | undefined): JsonSchema =>
  doc ? { description: `${doc['zh-CN']} / ${doc.en}` } : {};

function schemaOf(shape: ShapeDef, names: NamesOf): JsonSchema {
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
      return { enum: shape.of };
    case 'ref': {
      const known = names(shape.to);
      return known ? { enum: known } : { type: 'string' };
    }
    case 'list': {
      const items = schemaOf(shape.of, names);
      const list = { type: 'array', items, ...(shape.min > 0 ? { minItems: shape.min } : {}) };
      return shape.orOne ? { anyOf: [items, list] } : list;
    }
    case 'map': {
      const known = shape.keys && names(shape.keys);
      return {
        type: 'object',
        additionalProperties: schemaOf(shape.of, names),
        ...(known ? { propertyNames: { enum: known } } : {}),
        ...(shape.min > 0 ? { minProperties: shape.min } : {}),
      };
    }
    case 'object': {
      const properties = Object.fromEntries(
        Object.entries(shape.fields).map(([key, field]) => [
          key,
          { ...schemaOf(field.shape, names), ...described(field.doc) },
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
      return { anyOf: shape.of.map((one) => schemaOf(one, names)) };
    case 'condition':
    case 'amount':
      return { $ref: `#/$defs/${shape.kind}` };
  }
}
