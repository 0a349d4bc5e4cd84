// Random schemas of each dialect, and instances made to fit and to nearly fit them.
//
// Vocabularies are small, so that what one keyword says meets what another one does. Numbers are
// such that doubles, which the other side computes with, are exact. No schema refers to itself
// without descending into the instance, and each one is valid by its metaschema.
import { URIS, from } from './dialects.mjs';
import { Written, isObject, read } from './json.mjs';
import { Random } from './random.mjs';

const NAMES = ['a', 'b', 'ab', 'ba', 'c', 'foo', 'é'];
const STRINGS = ['', 'a', 'b', 'ab', 'ba', 'aaa', 'foo', 'äb', '𝒳', '𝒳𝒴z', '1', 'a b', 'A', 'a/b~c', '\n', new Written('"\\u0061\\/"')];
const PATTERNS = ['^a', 'b$', 'a|b', '^$', '^[a-c]{2}$', '\\d', '^\\p{L}+$', '.', '^.$', 'ä', '^(a|b)*$', '[^a]', '\\w{2}', '^(?!a)', 'o{2}', '^fo?', '\\S', '^[^\\s]+$'];
const NAME_PATTERNS = ['^a', 'b', '^.$', '^[a-c]+$', '^f', 'é'];
const NUMBERS = [0, 1, -1, 2, 3, 5, 6, 10, 12, -7, 0.5, 1.5, -2.25, 0.125, 100, 1048576, 9007199254740991, -9007199254740991, 4294967296,
  new Written('1.0'), new Written('2.50'), new Written('1e2'), new Written('-0'), new Written('0.0'), new Written('25e-1'), new Written('5E+0'), new Written('1200e-2')];
const DIVISORS = [1, 2, 3, 5, 0.5, 0.25, 0.125, 7, 1024, new Written('2.0'), new Written('1e1'), new Written('5e-1')];
const TYPES = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];

// ---- instances -----------------------------------------------------------------------------------

class Instances {
  // `targets`: what references lead to.
  constructor(random, schema = true, targets = new Map()) {
    this.random = random;
    this.root = schema;
    this.targets = targets;
  }

  any(depth) {
    const { random } = this;
    switch (random.below(depth > 0 ? 11 : 7)) {
      case 0: return null;
      case 1: return random.chance(50);
      case 2: case 3: case 4: return random.pick(NUMBERS);
      case 5: case 6: return random.pick(STRINGS);
      case 7: case 8: return Array.from({ length: random.below(5) }, () => this.any(depth - 1));
      default: return Object.fromEntries(random.some(NAMES, random.below(5)).map((name) => [name, this.any(depth - 1)]));
    }
  }

  // All that `schema` says of one value: itself, and what it refers to and chooses from.
  hints(schema, into = [], depth = 6) {
    const { random } = this;
    if (!isObject(schema) || depth === 0) return into;
    into.push(schema);
    const follow = (next) => this.hints(next, into, depth - 1);
    if (schema.$ref !== undefined) follow(this.resolve(schema.$ref));
    if (schema.$recursiveRef !== undefined || schema.$dynamicRef !== undefined) follow(this.root);
    for (const branch of schema.allOf ?? []) follow(branch);
    if (schema.anyOf) follow(random.pick(schema.anyOf));
    if (schema.oneOf) follow(random.pick(schema.oneOf));
    if (schema.if !== undefined) {
      if (random.chance(50)) {
        follow(schema.if);
        follow(schema.then);
      } else {
        follow(schema.else);
      }
    }
    for (const dependents of [schema.dependentSchemas, schema.dependencies]) {
      if (isObject(dependents)) Object.values(dependents).forEach((dependent) => isObject(dependent) && random.chance(40) && follow(dependent));
    }
    return into;
  }

  resolve(reference) {
    return this.targets.get(reference);
  }

  fitting(schema, depth) {
    const { random } = this;
    const hints = this.hints(schema);
    if (hints.length === 0 || random.chance(4)) return this.any(Math.max(depth, 0));
    for (const hint of hints) {
      if (hint.const !== undefined && random.chance(85)) return hint.const;
      if (hint.enum && random.chance(85)) return random.pick(hint.enum);
    }
    let types = hints.flatMap((hint) => hint.type ?? []);
    if (types.length === 0 || random.chance(10)) {
      const has = (...names) => hints.some((hint) => names.some((name) => hint[name] !== undefined));
      if (has('properties', 'required', 'patternProperties', 'additionalProperties', 'propertyNames', 'minProperties', 'unevaluatedProperties', 'dependentSchemas', 'dependentRequired', 'dependencies')) types.push('object', 'object');
      if (has('items', 'prefixItems', 'contains', 'additionalItems', 'unevaluatedItems', 'uniqueItems', 'minItems', 'maxItems')) types.push('array', 'array');
      if (has('minimum', 'maximum', 'multipleOf', 'exclusiveMinimum', 'exclusiveMaximum')) types.push('number');
      if (has('pattern', 'minLength', 'maxLength')) types.push('string');
    }
    if (types.length === 0) types = TYPES;
    switch (random.pick(types)) {
      case 'null': return null;
      case 'boolean': return random.chance(50);
      case 'integer': case 'number': return this.number(hints);
      case 'string': return random.pick(STRINGS);
      case 'array': return depth <= 0 ? [] : this.array(hints, depth);
      default: return depth <= 0 ? {} : this.object(hints, depth);
    }
  }

  number(hints) {
    const { random } = this;
    const limits = hints.flatMap((hint) => ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].map((name) => hint[name]))
      .filter((limit) => limit !== undefined && typeof limit !== 'boolean');
    if (limits.length === 0 || random.chance(30)) return random.pick(NUMBERS);
    const limit = read(random.pick(limits));
    if (Math.abs(limit) > 1e10) return limit;
    return random.pick([limit, limit + 1, limit - 1, limit + 0.5, limit * 2, -limit]);
  }

  array(hints, depth) {
    const { random } = this;
    const prefix = [];
    const rest = [];
    for (const hint of hints) {
      const list = Array.isArray(hint.items) ? hint.items : hint.prefixItems;
      for (const [i, subschema] of (list ?? []).entries()) (prefix[i] ??= []).push(subschema);
      for (const subschema of [Array.isArray(hint.items) ? undefined : hint.items, hint.additionalItems, hint.contains, hint.unevaluatedItems]) {
        if (isObject(subschema)) rest.push(subschema);
      }
    }
    const length = random.pick([prefix.length, prefix.length, random.below(5), random.below(3)]);
    return Array.from({ length }, (_, i) => {
      const from = prefix[i] && random.chance(85) ? prefix[i] : rest;
      return from.length > 0 ? this.fitting(random.pick(from), depth - 1) : this.any(depth > 1 ? 1 : 0);
    });
  }

  object(hints, depth) {
    const { random } = this;
    const made = {};
    const put = (name, schema) => {
      if (!Object.hasOwn(made, name)) made[name] = schema === undefined ? this.any(depth > 1 ? 1 : 0) : this.fitting(schema, depth - 1);
    };
    const additional = [];
    for (const hint of hints) {
      for (const [name, schema] of Object.entries(hint.properties ?? {})) if (random.chance(65)) put(name, schema);
      for (const schema of [hint.additionalProperties, hint.unevaluatedProperties]) if (isObject(schema)) additional.push(schema);
      for (const [pattern, schema] of Object.entries(hint.patternProperties ?? {})) {
        const fit = NAMES.filter((name) => new RegExp(pattern, 'u').test(name));
        if (random.chance(60)) put(random.pick(fit), schema);
      }
    }
    for (const hint of hints) {
      for (const name of Array.isArray(hint.required) ? hint.required : []) if (random.chance(85)) put(name, random.pick([undefined, ...additional]));
    }
    while (random.chance(35)) put(random.pick(NAMES), random.pick([undefined, ...additional, ...additional]));
    return made;
  }

  // A value with one thing in it changed.
  changed(value) {
    const { random } = this;
    if (value instanceof Written) return this.any(1);
    if (Array.isArray(value) && value.length > 0 && random.chance(80)) {
      const copy = [...value];
      const at = random.below(copy.length);
      switch (random.below(4)) {
        case 0: copy.splice(at, 1); break;
        case 1: copy.push(copy[at]); break;
        case 2: copy.push(this.any(1)); break;
        default: copy[at] = this.changed(copy[at]);
      }
      return copy;
    }
    if (isObject(value) && random.chance(85)) {
      const copy = { ...value };
      const names = Object.keys(copy);
      if (names.length === 0 || random.chance(30)) copy[random.pick(NAMES)] = this.any(1);
      else if (random.chance(40)) delete copy[random.pick(names)];
      else {
        const name = random.pick(names);
        copy[name] = this.changed(copy[name]);
      }
      return copy;
    }
    if (typeof value === 'number' && random.chance(60)) return Math.abs(value) > 1e10 ? 0 : value + random.pick([1, -1, 0.5]);
    return this.any(1);
  }
}

// ---- schemas -------------------------------------------------------------------------------------

class Schemas {
  constructor(random, dialect) {
    this.random = random;
    this.dialect = dialect;
    this.modern = from(dialect, '2019-09');
    this.holder = this.modern ? '$defs' : 'definitions';
    // Definitions may be resources of their own; then everything refers by URI.
    this.dynamic = this.modern && random.chance(12);
    this.resources = random.chance(this.dynamic ? 75 : 20);
    this.anchored = this.dynamic && random.chance(75);
    this.definitions = Array.from({ length: random.below(4) }, (_, i) => ({
      name: `d${i}`,
      anchored: this.dynamic && random.chance(75),
      kind: random.pick(this.resources ? ['plain', 'resource', 'resource', 'anchor'] : ['plain', 'plain', 'anchor']),
    }));
  }

  idKeyword() {
    return this.dialect === '4' ? 'id' : '$id';
  }

  make() {
    const { random } = this;
    const targets = new Map();
    let root;
    if (this.definitions.length === 0 && !this.dynamic && from(this.dialect, '6') && random.chance(1)) root = random.chance(50);
    else root = this.object({ level: -1, descended: false, resource: -1, depth: random.pick([1, 2, 2, 3, 3]) }, this.definitions.length > 0 || this.dynamic);
    if (!isObject(root)) return { schema: root, targets };
    const head = {};
    if (this.dialect !== '2020-12' || random.chance(70)) head.$schema = URIS[this.dialect];
    if (this.resources) head[this.idKeyword()] = 'http://example.com/root';
    this.addDynamicAnchor(head, -1);
    const schema = { ...head, ...root };
    targets.set('#', schema);
    targets.set('root#', schema);
    targets.set('http://example.com/root', schema);
    if (this.definitions.length > 0) {
      schema[this.holder] = {};
      this.definitions.forEach((definition, level) => {
        const resource = definition.kind === 'resource' ? level : -1;
        let made = from(this.dialect, '6') && definition.kind === 'plain' && random.chance(5) ? random.chance(50)
          : this.object({ level, descended: false, resource, depth: random.pick([0, 1, 2]) }, definition.kind !== 'plain');
        if (definition.kind === 'resource') {
          made = { [this.idKeyword()]: random.pick([definition.name, `http://example.com/${definition.name}`]), ...made };
          this.addDynamicAnchor(made, level);
        } else if (definition.kind === 'anchor') {
          const anchor = this.modern ? { $anchor: `at-${definition.name}` } : { [this.idKeyword()]: `#at-${definition.name}` };
          made = { ...anchor, ...made };
        }
        schema[this.holder][definition.name] = made;
        for (const reference of this.references(level, -2)) targets.set(reference, made);
      });
    }
    return { schema, targets };
  }

  addDynamicAnchor(schema, resource) {
    if (!this.isAnchored(resource)) return;
    if (this.dialect === '2020-12') schema.$dynamicAnchor = 'node';
    else schema.$recursiveAnchor = true;
  }

  // The ways to refer to a definition, from inside of a resource.
  references(level, resource) {
    const { name, kind } = this.definitions[level];
    if (kind === 'resource') return [name, `http://example.com/${name}`, `/${name}`, `./${name}`];
    const fragments = [`#/${this.holder}/${name}`];
    if (kind === 'anchor') fragments.push(`#at-${name}`);
    const ways = this.resources ? fragments.flatMap((fragment) => [`root${fragment}`, `http://example.com/root${fragment}`]) : [];
    return resource < 0 ? [...ways, ...fragments] : ways;
  }

  // A reference that leads to no loop: on the same value only onwards.
  reference(place) {
    const { random } = this;
    if (place.descended && this.dynamic && random.chance(50)) {
      if (this.dialect === '2019-09') return { $recursiveRef: '#' };
      if (this.isAnchored(place.resource)) return { $dynamicRef: '#node' };
      if (this.resources && this.isAnchored(-1)) return { $dynamicRef: 'root#node' };
    }
    const levels = this.definitions.map((_, i) => i).filter((level) => place.descended || level > place.level);
    if (place.descended && (levels.length === 0 || random.chance(40))) {
      // The resource that this place is in, or the whole.
      if (this.resources) return { $ref: random.pick(['root', 'http://example.com/root', 'root#', ...(place.resource < 0 ? ['#'] : [])]) };
      return { $ref: '#' };
    }
    if (levels.length === 0) return undefined;
    return { $ref: random.pick(this.references(random.pick(levels), place.resource)) };
  }

  // Whether a resource, -1 being the whole, has what a dynamic reference looks for.
  isAnchored(resource) {
    return resource < 0 ? this.anchored : this.definitions[resource].anchored;
  }

  any(place) {
    const { random } = this;
    if (from(this.dialect, '6') && random.chance(place.depth > 0 ? 8 : 15)) return random.chance(55);
    if (random.chance(4)) return {};
    return this.object(place, false);
  }

  // `whole`: has siblings that a $ref would, up to draft 7, silence.
  object(place, whole) {
    const { random } = this;
    const schema = {};
    if (random.chance(place.descended ? 22 : 16)) {
      const reference = this.reference(place);
      if (reference && (this.modern || !whole)) {
        Object.assign(schema, reference);
        if (random.chance(this.modern ? 60 : 85)) return schema;
      }
    }
    const focus = random.pick(['object', 'object', 'object', 'array', 'array', 'number', 'string', 'mixed', 'mixed']);
    if (random.chance(focus === 'mixed' ? 10 : 20)) schema.type = this.type(focus);
    const count = 1 + random.below(place.depth > 1 ? 4 : 2);
    for (let i = 0; i < count; ++i) this.add(schema, focus, place);
    if (random.chance(3)) schema[random.pick(['title', 'description', '$comment'])] = 'words';
    if (random.chance(2)) schema.default = random.pick(STRINGS);
    if (random.chance(2)) schema.format = random.pick(['date-time', 'email', 'unheard-of']);
    if (random.chance(2)) schema.unheardOf = { $ref: 'nowhere', type: 'nothing' };
    if (random.chance(3)) this.addForeign(schema);
    return schema;
  }

  type(focus) {
    const { random } = this;
    const fit = focus === 'mixed' ? random.pick(TYPES) : focus === 'number' ? random.pick(['number', 'integer']) : focus;
    if (random.chance(75)) return fit;
    return random.chance(40)
      ? random.some(TYPES, 1 + random.below(4))
      : [fit, ...random.some(TYPES.filter((type) => type !== fit), random.below(2))];
  }

  // What other dialects assert and this one ignores.
  addForeign(schema) {
    const { random, dialect } = this;
    const foreign = {
      4: { const: 1, contains: { type: 'string' }, propertyNames: { maxLength: 1 }, if: { type: 'object' }, then: { minProperties: 2 } },
      6: { if: { type: 'object' }, then: { minProperties: 2 }, dependentRequired: { a: ['b'] }, unevaluatedProperties: false, minContains: 2 },
      7: { dependentRequired: { a: ['b'] }, dependentSchemas: { a: { required: ['b'] } }, unevaluatedItems: false, prefixItems: [{ type: 'string' }], maxContains: 1 },
      '2019-09': { prefixItems: [{ type: 'string' }] },
      '2020-12': { additionalItems: { type: 'string' } },
    }[dialect];
    const names = Object.keys(foreign).filter((name) => schema[name] === undefined);
    if (names.length === 0) return;
    const name = random.pick(names);
    schema[name] = foreign[name];
  }

  add(schema, focus, place) {
    const { random, dialect } = this;
    const child = { ...place, descended: true, depth: place.depth - 1 };
    const same = { ...place, depth: place.depth - 1 };
    const is = (first) => from(dialect, first);
    // In draft 4 an integer has neither a fraction nor an exponent.
    const small = () => random.pick([0, 1, 1, 2, 2, 3, ...(dialect === '4' ? [] : [new Written('2.0'), new Written('1e0')])]);
    const set = (name, value) => {
      if (schema[name] === undefined && value !== undefined) schema[name] = value;
    };
    const list = (at, most = 3) => Array.from({ length: 1 + random.below(most) }, () => this.any(at));
    const map = (names, at) => Object.fromEntries(names.map((name) => [name, this.any(at)]));
    const values = new Instances(random);

    const choices = [];
    const offer = (weight, action) => choices.push(...Array(weight).fill(action));
    const deep = place.depth > 0;

    // Of few values, and these leave few instances to say yes to: rarely.
    if (random.chance(place.depth > 1 ? 8 : 30)) offer(1, () => set('enum', this.distinct(() => values.any(random.chance(50) ? 0 : 2))));
    if (is('6') && random.chance(place.depth > 1 ? 8 : 30)) offer(1, () => set('const', values.any(random.chance(50) ? 0 : 2)));
    if (deep) {
      offer(1, () => set('allOf', list(same)));
      offer(1, () => set('anyOf', list(same)));
      offer(1, () => set('oneOf', list(same)));
      offer(1, () => set('not', this.any(same)));
      if (is('7')) {
        offer(2, () => {
          set('if', this.any(same));
          if (random.chance(70)) set('then', this.any(same));
          if (random.chance(60)) set('else', this.any(same));
        });
      }
      offer(1, () => {
        const reference = this.reference(same);
        if (reference && this.modern) for (const [name, value] of Object.entries(reference)) set(name, value);
        else if (reference) set('allOf', [reference, this.any(same)]);
      });
    }
    if (focus === 'number' || focus === 'mixed') {
      offer(1, () => set('multipleOf', random.pick(DIVISORS)));
      for (const [limit, exclusive] of [['minimum', 'exclusiveMinimum'], ['maximum', 'exclusiveMaximum']]) {
        offer(1, () => {
          set(limit, random.pick(NUMBERS));
          if (dialect === '4' && random.chance(40)) set(exclusive, random.chance(70));
        });
        if (is('6')) offer(1, () => set(exclusive, random.pick(NUMBERS)));
      }
    }
    if (focus === 'string' || focus === 'mixed') {
      offer(1, () => set('minLength', small()));
      offer(1, () => set('maxLength', small()));
      offer(2, () => set('pattern', random.pick(PATTERNS)));
    }
    if (focus === 'array' || focus === 'mixed') {
      offer(1, () => set('minItems', small()));
      offer(1, () => set('maxItems', small()));
      offer(1, () => set('uniqueItems', random.chance(85)));
      if (deep) {
        if (is('2020-12')) {
          offer(3, () => set('prefixItems', list(child)));
          offer(2, () => set('items', this.any(child)));
        } else {
          offer(2, () => set('items', this.any(child)));
          offer(3, () => set('items', list(child)));
          offer(2, () => set('additionalItems', random.chance(40) ? random.chance(40) : this.any(child)));
        }
        if (is('6')) {
          offer(2, () => {
            set('contains', this.any(child));
            if (this.modern && random.chance(40)) set('minContains', small());
            if (this.modern && random.chance(40)) set('maxContains', small());
          });
        }
        if (this.modern) {
          offer(3, () => {
            set('unevaluatedItems', random.chance(60) ? false : this.any(child));
            if (random.chance(60)) set(random.pick(['allOf', 'anyOf', 'oneOf']), list(same));
          });
        }
      }
    }
    if (focus === 'object' || focus === 'mixed') {
      offer(1, () => set('minProperties', small()));
      offer(1, () => set('maxProperties', small()));
      offer(2, () => set('required', random.some(NAMES, (dialect === '4' ? 1 : 0) + random.below(3))));
      if (this.modern) offer(1, () => set('dependentRequired', Object.fromEntries(random.some(NAMES, 1 + random.below(2)).map((name) => [name, random.some(NAMES, random.below(3))]))));
      if (deep) {
        offer(5, () => set('properties', map(random.some(NAMES, 1 + random.below(4)), child)));
        offer(2, () => set('patternProperties', map(random.some(NAME_PATTERNS, 1 + random.below(2)), child)));
        offer(2, () => set('additionalProperties', random.chance(50) ? random.chance(30) : this.any(child)));
        if (is('6')) offer(1, () => set('propertyNames', this.any(child)));
        offer(1, () => set('dependencies', Object.fromEntries(random.some(NAMES, 1 + random.below(2)).map((name) =>
          [name, random.chance(50) ? random.some(NAMES, (dialect === '4' ? 1 : 0) + random.below(2)) : this.any(same)]))));
        if (this.modern) {
          offer(1, () => set('dependentSchemas', map(random.some(NAMES, 1 + random.below(2)), same)));
          offer(4, () => {
            set('unevaluatedProperties', random.chance(65) ? false : this.any(child));
            if (random.chance(60)) set(random.pick(['allOf', 'anyOf', 'oneOf']), list(same));
          });
        }
      }
    }
    random.pick(choices)();
  }

  distinct(make) {
    const seen = new Map();
    for (let i = 1 + this.random.below(4); i > 0; --i) {
      const value = make();
      seen.set(canonical(read(value)), value);
    }
    return [...seen.values()];
  }
}

// One text for all values that are equal.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isObject(value)) return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
  return JSON.stringify(value === 0 ? 0 : value);
}

// A schema and so many instances.
export function generate(seed, dialect, count) {
  const random = new Random(seed);
  const { schema, targets } = new Schemas(random, dialect).make();
  const instances = new Instances(random, schema, targets);
  return {
    schema,
    instances: Array.from({ length: count }, () => {
      if (random.chance(10)) return instances.any(3);
      let value = instances.fitting(schema, 4);
      while (random.chance(35)) value = instances.changed(value);
      return value;
    }),
  };
}
