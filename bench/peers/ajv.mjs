// ajv, in the settings of the specification.
import { createRequire } from 'node:module';
import { dialectOf } from '../../test/differential/dialects.mjs';

const require = createRequire(`${process.env.PG_TENANCY_NODE}/`);
const moduleOf = { 4: 'ajv-draft-04', 7: 'ajv', '2019-09': 'ajv/dist/2019.js', '2020-12': 'ajv/dist/2020.js' };

// Patterns are to be Unicode ones; some real schemas have others, and get what they ask for.
export function compile(schema) {
  const Ajv = require(moduleOf[dialectOf(schema)]);
  const settings = { strict: false, validateFormats: false, logger: false };
  try {
    return new (Ajv.default ?? Ajv)({ ...settings, unicodeRegExp: true }).compile(schema);
  } catch (error) {
    if (!/regular expression/.test(error.message)) throw error;
    return new (Ajv.default ?? Ajv)({ ...settings, unicodeRegExp: false }).compile(schema);
  }
}
