// The dialects, and where schemas stand within schemas in each of them.

export const DIALECTS = ['4', '6', '7', '2019-09', '2020-12'];

export const URIS = {
  4: 'http://json-schema.org/draft-04/schema#',
  6: 'http://json-schema.org/draft-06/schema#',
  7: 'http://json-schema.org/draft-07/schema#',
  '2019-09': 'https://json-schema.org/draft/2019-09/schema',
  '2020-12': 'https://json-schema.org/draft/2020-12/schema',
};

export const dialectOf = (schema) => DIALECTS.find((dialect) => URIS[dialect] === schema.$schema) ?? '2020-12';

const order = (dialect) => DIALECTS.indexOf(dialect);
export const from = (dialect, first) => order(dialect) >= order(first);

// Keywords that hold schemas: 'one' schema, a 'list' of them, a 'map', or one of two.
const holders = [
  ['allOf', 'list', '4'], ['anyOf', 'list', '4'], ['oneOf', 'list', '4'], ['not', 'one', '4'],
  ['properties', 'map', '4'], ['patternProperties', 'map', '4'], ['additionalProperties', 'one', '4'],
  ['definitions', 'map', '4'], ['dependencies', 'map or names', '4'],
  ['items', 'one or list', '4', '2019-09'], ['items', 'one', '2020-12'], ['additionalItems', 'one', '4', '2019-09'],
  ['contains', 'one', '6'], ['propertyNames', 'one', '6'],
  ['if', 'one', '7'], ['then', 'one', '7'], ['else', 'one', '7'],
  ['$defs', 'map', '2019-09'], ['dependentSchemas', 'map', '2019-09'],
  ['unevaluatedItems', 'one', '2019-09'], ['unevaluatedProperties', 'one', '2019-09'],
  ['prefixItems', 'list', '2020-12'],
];

// Keywords that say something about values or references and hold no schemas.
const others = [
  ['type', '4'], ['enum', '4'], ['multipleOf', '4'], ['maximum', '4'], ['exclusiveMaximum', '4'], ['minimum', '4'],
  ['exclusiveMinimum', '4'], ['maxLength', '4'], ['minLength', '4'], ['pattern', '4'], ['maxItems', '4'],
  ['minItems', '4'], ['uniqueItems', '4'], ['maxProperties', '4'], ['minProperties', '4'], ['required', '4'],
  ['$ref', '4'], ['$schema', '4'], ['id', '4', '4'], ['$id', '6'], ['const', '6'],
  ['maxContains', '2019-09'], ['minContains', '2019-09'], ['dependentRequired', '2019-09'], ['$anchor', '2019-09'],
  ['$recursiveRef', '2019-09', '2019-09'], ['$recursiveAnchor', '2019-09', '2019-09'],
  ['$dynamicRef', '2020-12'], ['$dynamicAnchor', '2020-12'],
];

const within = (dialect, first, last) => from(dialect, first) && (last === undefined || from(last, dialect));

const shapes = Object.fromEntries(
  DIALECTS.map((dialect) => [
    dialect,
    new Map(holders.filter(([, , first, last]) => within(dialect, first, last)).map(([name, shape]) => [name, shape])),
  ]),
);
const asserted = Object.fromEntries(
  DIALECTS.map((dialect) => [
    dialect,
    new Set([
      ...shapes[dialect].keys(),
      ...others.filter(([, first, last]) => within(dialect, first, last)).map(([name]) => name),
    ]),
  ]),
);
const anywhere = new Set(DIALECTS.flatMap((dialect) => [...asserted[dialect]]));

export const isKeyword = (name, dialect) => asserted[dialect].has(name);
// Asserted by some other dialect, and without meaning in this one.
export const isForeign = (name, dialect) => anywhere.has(name) && !isKeyword(name, dialect);

// Every schema directly inside of `schema`, by keyword: visit(keyword, subschema, holder, key).
export function eachSubschema(schema, dialect, visit) {
  for (const [keyword, value] of Object.entries(schema)) {
    const shape = shapes[dialect].get(keyword);
    if (shape === undefined) continue;
    if (shape === 'list' || (shape === 'one or list' && Array.isArray(value))) {
      value.forEach((subschema, i) => visit(keyword, subschema, value, i));
    } else if (shape === 'map' || shape === 'map or names') {
      for (const [name, subschema] of Object.entries(value)) {
        if (!Array.isArray(subschema)) visit(keyword, subschema, value, name);
      }
    } else {
      visit(keyword, value, schema, keyword);
    }
  }
}
