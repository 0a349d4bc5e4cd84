// Where ajv is known to deviate from the specification. A rule speaks of pairs on which the engine
// and the reference agree against ajv, and says what in the schema is the cause.
export const RULES = [];
