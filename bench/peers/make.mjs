// Makes documents for a real schema, which seldom comes with any: as its definitions say, most of
// them valid. The same ones every time.
import { createRequire } from 'node:module';
import { Random } from '../../test/differential/random.mjs';
import { isObject } from '../../test/differential/json.mjs';

const require = createRequire(`${process.env.PG_TENANCY_NODE}/`);
const RandExp = require('randexp');

const WORDS = ['main', 'build', 'test', 'release', 'web', 'api', 'latest', 'ubuntu-latest', 'npm ci', 'default', 'production', 'v1.2.3'];
const FORMATS = {
  uri: 'https://example.com/a/b', 'uri-reference': 'a/b', email: 'someone@example.com', 'date-time': '2026-01-01T12:00:00Z',
  date: '2026-01-01', time: '12:00:00Z', uuid: '0b8d1c3e-52a4-4cf5-9d8e-2f1a3b4c5d6e', hostname: 'example.com', ipv4: '192.0.2.1', regex: '^a',
};

class Maker {
  constructor(schema, seed) {
    this.root = schema;
    this.random = new Random(seed);
    this.eagerness = this.random.pick([10, 25, 45, 70]); // percent of optional properties
    this.left = this.random.pick([20, 60, 200]); // values to make yet
  }

  resolve(reference) {
    const fragment = reference.slice(reference.indexOf('#') + 1);
    if (reference.includes('#') && !fragment.startsWith('/') && fragment !== '') return this.named(this.root, fragment);
    let schema = this.root;
    for (const token of reference.includes('#') ? fragment.split('/').slice(1) : []) {
      schema = schema?.[decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')];
    }
    return schema;
  }

  named(schema, anchor) {
    if (!isObject(schema) && !Array.isArray(schema)) return undefined;
    if (schema.$anchor === anchor || schema.$dynamicAnchor === anchor || schema.$id === `#${anchor}`) return schema;
    return Object.values(schema).reduce((found, part) => found ?? this.named(part, anchor), undefined);
  }

  hints(schema, depth, into = []) {
    if (!isObject(schema) || into.length > 60) return into;
    into.push(schema);
    const branch = (list) => this.hints(depth > 6 ? list.find((one) => isObject(one) && one.type && one.type !== 'object' && one.type !== 'array') ?? list[0] : this.random.pick(list), depth, into);
    if (schema.$ref) this.hints(this.resolve(schema.$ref), depth, into);
    if (schema.$dynamicRef) this.hints(this.resolve(schema.$dynamicRef), depth, into);
    for (const one of schema.allOf ?? []) this.hints(one, depth, into);
    if (schema.anyOf) branch(schema.anyOf);
    if (schema.oneOf) branch(schema.oneOf);
    if (schema.if !== undefined) {
      const taken = this.random.chance(50) ? ['if', 'then'] : ['else'];
      for (const name of taken) this.hints(schema[name], depth, into);
    }
    return into;
  }

  value(schema, depth = 0) {
    const { random } = this;
    if (depth > 30) return null;
    --this.left;
    const hints = this.hints(schema, depth);
    for (const hint of hints) {
      if (hint.const !== undefined) return hint.const;
      if (hint.enum) return random.pick(hint.enum);
    }
    const types = hints.filter((hint) => hint.type).map((hint) => [hint.type].flat());
    let type = types.length > 0 ? random.pick(types.reduce((left, right) => left.filter((one) => right.includes(one)))) : undefined;
    if (type === undefined) {
      const has = (...names) => hints.some((hint) => names.some((name) => hint[name] !== undefined));
      type = has('properties', 'required', 'patternProperties', 'additionalProperties') ? 'object' : has('items', 'prefixItems') ? 'array' : 'string';
    }
    const limit = (name, fallback) => hints.reduce((found, hint) => (typeof hint[name] === 'number' ? hint[name] : found), fallback);
    switch (type) {
      case 'null': return null;
      case 'boolean': return random.chance(50);
      case 'integer': return Math.max(limit('minimum', 1), Math.min(limit('maximum', 1000), 1 + random.below(20)));
      case 'number': return Math.max(limit('minimum', 0), Math.min(limit('maximum', 1000), random.below(400) / 4));
      case 'string': return this.string(hints, limit);
      case 'array': return this.array(hints, limit, depth);
      default: return this.object(hints, depth);
    }
  }

  string(hints, limit) {
    const pattern = hints.find((hint) => hint.pattern)?.pattern;
    if (pattern) return this.matching(pattern);
    const format = hints.find((hint) => hint.format)?.format;
    const text = FORMATS[format] ?? hints.flatMap((hint) => hint.examples ?? []).find((one) => typeof one === 'string') ?? this.random.pick(WORDS);
    return text.padEnd(Math.min(limit('minLength', 0), 200), 'x').slice(0, limit('maxLength', 1000));
  }

  matching(pattern) {
    try {
      const made = new RandExp(new RegExp(pattern));
      made.max = 6;
      made.randInt = (low, high) => low + this.random.below(high - low + 1);
      return made.gen();
    } catch {
      return this.random.pick(WORDS);
    }
  }

  array(hints, limit, depth) {
    const items = hints.flatMap((hint) => (Array.isArray(hint.items) ? [] : isObject(hint.items) ? [hint.items] : []));
    const prefix = hints.map((hint) => (Array.isArray(hint.items) ? hint.items : hint.prefixItems)).find((list) => list) ?? [];
    const more = depth > 7 || this.left < 0 ? 0 : this.random.below(4);
    const length = Math.max(limit('minItems', 0), Math.min(limit('maxItems', 100), Math.max(prefix.length, more)));
    return Array.from({ length }, (_, i) => this.value(prefix[i] ?? items[0] ?? true, depth + 1));
  }

  object(hints, depth) {
    const { random } = this;
    const made = {};
    const required = new Set(hints.flatMap((hint) => (Array.isArray(hint.required) ? hint.required : [])));
    const known = hints.flatMap((hint) => Object.entries(hint.properties ?? {}));
    const eager = depth > 7 || this.left < 0 ? 0 : this.eagerness;
    for (const [name, schema] of known) {
      if (schema !== false && !Object.hasOwn(made, name) && (required.has(name) || random.chance(eager))) made[name] = this.value(schema, depth + 1);
    }
    for (const name of required) if (!Object.hasOwn(made, name)) made[name] = this.value(true, depth + 1);
    for (const hint of hints) {
      for (const [pattern, schema] of Object.entries(hint.patternProperties ?? {})) {
        if (schema !== false && random.chance(eager)) made[this.matching(pattern)] = this.value(schema, depth + 1);
      }
      if (isObject(hint.additionalProperties)) {
        for (let i = eager > 0 ? random.below(4) : 0; i > 0; --i) {
          const name = random.pick(WORDS);
          if (!Object.hasOwn(made, name)) made[name] = this.value(hint.additionalProperties, depth + 1);
        }
      }
    }
    return made;
  }

  // One thing in it changed.
  damaged(value) {
    const { random } = this;
    if (isObject(value) && Object.keys(value).length > 0) {
      const name = random.pick(Object.keys(value));
      return { ...value, [name]: this.damaged(value[name]) };
    }
    if (Array.isArray(value) && value.length > 0) return value.with?.(0, this.damaged(value[0])) ?? [this.damaged(value[0]), ...value.slice(1)];
    return random.pick([12.5, { unheard: 'of' }, ['x', 1], '\u0001']);
  }
}

// `count` documents of every size there is, four of five valid. `isValid` is asked about each.
export function documents(schema, count, isValid) {
  const found = { true: new Set(), false: new Set() };
  for (let seed = 1; seed <= count * 24 && found.true.size < count * 8; ++seed) {
    const maker = new Maker(schema, seed);
    const whole = maker.value(schema);
    for (const value of [whole, maker.damaged(whole)]) {
      const text = JSON.stringify(value);
      if (text !== undefined && text.length >= 40 && !text.includes('\\u0000')) found[isValid(value)].add(text);
    }
  }
  const spread = (texts, wanted) => {
    const sorted = [...texts].sort((left, right) => left.length - right.length);
    const step = Math.max(1, sorted.length / wanted);
    return sorted.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step)).slice(0, wanted);
  };
  return [...spread(found.true, Math.ceil(count * 0.8)), ...spread(found.false, Math.floor(count * 0.2))];
}
