// Where ajv is known to deviate from the specification.
//
// A rule explains a pair on which the engine and the reference agree against ajv, and it must prove
// it. Either `rewrite` changes the schema into one that says the same by the specification and
// avoids what ajv gets wrong, and then ajv has to say what the others say. Or `without` takes away
// what ajv gets wrong, and then ajv has to agree with the reference, whatever that says now.
import { eachSubschema, from, isForeign } from './dialects.mjs';
import { isObject } from './json.mjs';

// A copy of `schema` in which `change` was made to every schema within it, from the inside out.
function everywhere(schema, dialect, change) {
  if (!isObject(schema)) return schema;
  const copy = structuredClone(schema);
  eachSubschema(copy, dialect, (_, subschema, holder, key) => {
    holder[key] = everywhere(subschema, dialect, change);
  });
  return change(copy, dialect) ?? copy;
}

// The schema without some keywords, where `when` says so of it.
const without = (schema, dialect, names, when = () => true) =>
  !when(schema, dialect) ? schema
    : everywhere(schema, dialect, (subschema) => {
        for (const name of names) delete subschema[name];
      });

function uses(schema, dialect, name) {
  let found = false;
  everywhere(schema, dialect, (subschema) => {
    found ||= Object.hasOwn(subschema, name);
  });
  return found;
}

export const RULES = [
  {
    what: 'asserts keywords beside $ref',
    section: 'draft 4: JSON Reference, 3; draft 6: core, 8; draft 7: core, 8.3: all other members are ignored',
    rewrite: (schema, dialect) =>
      everywhere(schema, dialect, (subschema) => {
        if (from(dialect, '2019-09') || subschema.$ref === undefined) return;
        const kept = ['$ref', 'definitions', ...(subschema === schema ? ['$schema', '$id', 'id'] : [])];
        for (const name of Object.keys(subschema)) if (!kept.includes(name)) delete subschema[name];
      }),
  },
  {
    what: 'asserts keywords of other dialects',
    section: 'draft 7: core, 4.3.1: unknown keywords are ignored; so in each draft',
    rewrite: (schema, dialect) =>
      everywhere(schema, dialect, (subschema) => {
        for (const name of Object.keys(subschema)) if (isForeign(name, dialect)) delete subschema[name];
      }),
  },
  {
    what: 'takes an empty array for one that contains something, where another array came before it',
    section: 'draft 6: validation, 6.14; draft 7: 6.4.6; 2019-09 and 2020-12: core, 9.3.1.4 and 10.3.1.3',
    // Some element satisfies C: not every element does not. With a count, apart from its neighbours.
    rewrite: (schema, dialect) =>
      everywhere(schema, dialect, ({ contains, minContains, maxContains, ...rest }) => {
        if (contains === undefined) return undefined;
        const found = (minContains ?? maxContains) === undefined
          ? { anyOf: [{ not: { type: 'array' } }, { not: { items: { not: contains } } }] }
          : { contains, minContains: minContains ?? 1, ...(maxContains === undefined ? {} : { maxContains }) };
        return { ...rest, allOf: [...(rest.allOf ?? []), found] };
      }),
  },
  {
    what: 'stops at $dynamicRef or $recursiveRef, and does not look at what stands beside it',
    section: '2019-09: core, 8.2.4.2; 2020-12: core, 8.2.3.2: they are applicators beside others',
    rewrite: (schema, dialect) =>
      everywhere(schema, dialect, ({ $dynamicRef, $recursiveRef, ...rest }) => {
        const reference = $dynamicRef ? { $dynamicRef } : $recursiveRef ? { $recursiveRef } : undefined;
        return reference && { ...rest, allOf: [...(rest.allOf ?? []), reference] };
      }),
  },
  {
    what: 'finds another schema for $dynamicRef or $recursiveRef',
    section: '2019-09: core, 8.2.4.2.1; 2020-12: core, 8.2.3.2: the dynamic scope counts only where the first target has an anchor for it',
    without: (schema, dialect) => without(schema, dialect, ['$dynamicRef', '$recursiveRef']),
  },
  {
    what: 'does not count the elements that contains matched as evaluated',
    section: '2020-12: core, 10.3.1.3 and 11.2',
    without: (schema, dialect) =>
      without(schema, dialect, ['contains', 'minContains', 'maxContains'], () => dialect === '2020-12' && uses(schema, dialect, 'unevaluatedItems')),
  },
  {
    what: 'counts elements as evaluated that contains matched',
    section: '2019-09: core, 9.3.1.3: unevaluatedItems goes by items, additionalItems and itself',
    without: (schema, dialect) =>
      without(schema, dialect, ['contains', 'minContains', 'maxContains'], () => dialect === '2019-09' && uses(schema, dialect, 'unevaluatedItems')),
  },
  {
    what: 'counts as evaluated what a branch saw that failed, or forgets what one saw that held',
    section: '2019-09 and 2020-12: core, 7.7.1.2: annotations come from the subschemas that hold',
    without: (schema, dialect) => without(schema, dialect, ['unevaluatedItems', 'unevaluatedProperties']),
  },
];

// Where ajv refuses a schema, or generates a function that fails itself: for the schema as it is, or
// where what it gets wrong is taken away.
export const CRASH = { what: 'answers with an error of its own', section: 'no opinion' };

// Where JavaScript reads 1.0 and 1 as one number, and so both ajv and the reference are blind.
export const SPELLING = { what: 'cannot tell 1.0 from 1, nor can the reference', section: 'draft 4: core, 3.5: an integer has no fraction' };

// The first rule that explains the pair, alone or with those before it; undefined if none does.
export function explanation({ dialect, schema, instance, verdict, peerVerdict, validity, peer }) {
  const change = (from, rule) => (rule.rewrite ?? rule.without)(from, dialect);
  const proves = (changed, exact) => {
    const now = validity(changed, instance);
    return (!exact || now === verdict) && peer(changed, instance) === now;
  };
  const usable = RULES.filter((rule) => JSON.stringify(change(schema, rule)) !== JSON.stringify(schema));
  for (const rule of usable) if (proves(change(schema, rule), rule.rewrite)) return rule;
  let all = schema;
  let exact = true;
  for (const rule of usable) {
    all = change(all, rule);
    exact &&= rule.rewrite !== undefined;
    if (proves(all, exact)) return rule;
  }
  const failed = (answer) => answer.startsWith('error: ');
  const fails = failed(peerVerdict) || usable.some((rule) => rule.without && failed(peer(change(schema, rule), instance)));
  return fails ? CRASH : undefined;
}
