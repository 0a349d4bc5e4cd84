// ajv, set up as the specification asks: no strictness of its own, formats as annotations.
import { createRequire } from 'node:module';
import { isObject } from './json.mjs';
import { dialectOf } from './dialects.mjs';

// From the folder that the packages were installed into.
const require = createRequire(`${process.env.PG_TENANCY_NODE}/`);
const moduleOf = { 4: 'ajv-draft-04', 6: 'ajv', 7: 'ajv', '2019-09': 'ajv/dist/2019.js', '2020-12': 'ajv/dist/2020.js' };
const peers = new Map();

function peer(dialect) {
  if (!peers.has(dialect)) {
    const Ajv = require(moduleOf[dialect]);
    const ajv = new (Ajv.default ?? Ajv)({ strict: false, validateFormats: false, unicodeRegExp: true, logger: false });
    if (dialect === '6') ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'));
    peers.set(dialect, ajv);
  }
  return peers.get(dialect);
}

// A function that says whether an instance is valid. Throws where ajv refuses the schema.
export function compile(schema) {
  const ajv = peer(isObject(schema) ? dialectOf(schema) : '2020-12');
  try {
    return ajv.compile(schema);
  } finally {
    // It remembers schemas and identifiers otherwise, also those within the schema.
    if (isObject(schema)) ajv.removeSchema(schema);
    ajv.removeSchema(/^http:\/\/example\.com\//);
  }
}
