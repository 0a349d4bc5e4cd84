// The specification, word for word: a validator that is slow, plain, and easy to compare with the
// text of every draft. It says who is right where two others disagree.
//
// evaluate() returns null where the schema does not hold, else what was evaluated: names of
// properties and positions of elements, as the annotations of 2019-09 and 2020-12 tell it.
import { dialectOf, eachSubschema, from, isKeyword } from './dialects.mjs';
import { equal, isObject } from './json.mjs';

class Resource {
  constructor(uri, schema) {
    this.uri = uri;
    this.schema = schema;
    this.anchors = new Map();
    this.dynamicAnchors = new Map();
  }
}

export class Reference {
  #resources = new Map(); // by URI
  #resourceOf = new Map(); // by schema object

  constructor(schema) {
    this.dialect = isObject(schema) ? dialectOf(schema) : '2020-12';
    this.modern = from(this.dialect, '2019-09');
    this.root = schema;
    if (isObject(schema)) this.#collect(schema, new Resource('root:/', schema));
  }

  isValid(instance) {
    const resource = this.#resourceOf.get(this.root);
    return this.evaluate(this.root, instance, resource ? [resource] : []) !== null;
  }

  // Finds resources and anchors (2020-12 core, 8.2).
  #collect(schema, resource) {
    if (!isObject(schema)) return;
    const { dialect, modern } = this;
    const alone = !modern && schema.$ref !== undefined; // draft 7 core, 8.3: the rest is ignored
    const id = alone ? undefined : schema[dialect === '4' ? 'id' : '$id'];
    if (typeof id === 'string') {
      if (!modern && id.startsWith('#')) {
        resource.anchors.set(id.slice(1), schema);
      } else {
        resource = new Resource(new URL(id, resource.uri).href.replace(/#$/, ''), schema);
      }
    }
    if (schema === this.root || resource.schema === schema) this.#resources.set(resource.uri, resource);
    this.#resourceOf.set(schema, resource);
    if (modern && typeof schema.$anchor === 'string') resource.anchors.set(schema.$anchor, schema);
    if (dialect === '2020-12' && typeof schema.$dynamicAnchor === 'string') {
      resource.anchors.set(schema.$dynamicAnchor, schema);
      resource.dynamicAnchors.set(schema.$dynamicAnchor, schema);
    }
    eachSubschema(schema, dialect, (_, subschema) => this.#collect(subschema, resource));
  }

  #resolve(reference, from) {
    const [uri, fragment = ''] = new URL(reference, from.uri).href.split('#');
    const resource = this.#resources.get(uri);
    if (resource === undefined) throw new Error(`${reference} names nothing`);
    if (fragment !== '' && !fragment.startsWith('/')) {
      return { schema: resource.anchors.get(decodeURIComponent(fragment)), resource, anchor: fragment };
    }
    let schema = resource.schema;
    let within = resource;
    for (const token of fragment.split('/').slice(1)) {
      schema = schema[decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')];
      if (isObject(schema)) within = this.#resourceOf.get(schema) ?? within;
    }
    return { schema, resource: within };
  }

  // `scope`: the dynamic scope, the resources entered, outermost first.
  evaluate(schema, instance, scope) {
    if (schema === true) return { names: new Set(), positions: new Set() };
    if (schema === false) return null;
    const { dialect, modern } = this;
    const own = this.#resourceOf.get(schema);
    if (own !== scope.at(-1)) scope = [...scope, own];
    const done = { names: new Set(), positions: new Set() };
    const has = (name) => Object.hasOwn(schema, name) && isKeyword(name, dialect);
    const holds = (subschema, value) => this.evaluate(subschema, value, scope) !== null;
    const take = (result) => {
      if (result === null) return false;
      result.names.forEach((name) => done.names.add(name));
      result.positions.forEach((position) => done.positions.add(position));
      return true;
    };
    const apply = (subschema) => take(this.evaluate(subschema, instance, scope));
    const follow = ({ schema: target, resource }) => take(this.evaluate(target, instance, [...scope, resource]));

    if (has('$ref')) {
      const held = follow(this.#resolve(schema.$ref, own));
      if (!held) return null;
      if (!modern) return done;
    }
    if (has('$recursiveRef')) {
      // 2019-09 core, 8.2.4.2.1: the outermost resource of the scope that carries the anchor, where
      // the initial target carries it
      let target = this.#resolve('#', own);
      if (target.schema.$recursiveAnchor === true) {
        const outermost = scope.find((resource) => resource.schema.$recursiveAnchor === true);
        target = { schema: outermost.schema, resource: outermost };
      }
      if (!follow(target)) return null;
    }
    if (has('$dynamicRef')) {
      // 2020-12 core, 8.2.3.2
      let target = this.#resolve(schema.$dynamicRef, own);
      if (target.anchor !== undefined && target.resource.dynamicAnchors.has(target.anchor)) {
        const outermost = scope.find((resource) => resource.dynamicAnchors.has(target.anchor));
        if (outermost) target = { schema: outermost.dynamicAnchors.get(target.anchor), resource: outermost };
      }
      if (!follow(target)) return null;
    }

    // Any type
    if (has('type') && ![schema.type].flat().some((type) => isOfType(instance, type))) return null;
    if (has('enum') && !schema.enum.some((value) => equal(value, instance))) return null;
    if (has('const') && !equal(schema.const, instance)) return null;

    if (typeof instance === 'number') {
      if (has('multipleOf') && !Number.isInteger(instance / schema.multipleOf)) return null;
      const exclusive = (name) => dialect === '4' && schema[name] === true;
      if (has('minimum') && (exclusive('exclusiveMinimum') ? instance <= schema.minimum : instance < schema.minimum)) return null;
      if (has('maximum') && (exclusive('exclusiveMaximum') ? instance >= schema.maximum : instance > schema.maximum)) return null;
      if (dialect !== '4') {
        if (has('exclusiveMinimum') && instance <= schema.exclusiveMinimum) return null;
        if (has('exclusiveMaximum') && instance >= schema.exclusiveMaximum) return null;
      }
    }

    if (typeof instance === 'string') {
      const length = [...instance].length;
      if (has('minLength') && length < schema.minLength) return null;
      if (has('maxLength') && length > schema.maxLength) return null;
      if (has('pattern') && !new RegExp(schema.pattern, 'u').test(instance)) return null;
    }

    // In place
    if (has('allOf') && !schema.allOf.every(apply)) return null;
    if (has('anyOf') && schema.anyOf.filter(apply).length === 0) return null;
    if (has('oneOf') && schema.oneOf.filter(apply).length !== 1) return null;
    if (has('not') && holds(schema.not, instance)) return null;
    if (has('if')) {
      const branch = apply(schema.if) ? 'then' : 'else';
      if (has(branch) && !apply(schema[branch])) return null;
    }

    if (isObject(instance)) {
      const names = Object.keys(instance);
      if (has('minProperties') && names.length < schema.minProperties) return null;
      if (has('maxProperties') && names.length > schema.maxProperties) return null;
      if (has('required') && !schema.required.every((name) => names.includes(name))) return null;
      if (has('dependentRequired')) {
        for (const [name, required] of Object.entries(schema.dependentRequired)) {
          if (names.includes(name) && !required.every((other) => names.includes(other))) return null;
        }
      }
      if (has('dependentSchemas')) {
        for (const [name, dependent] of Object.entries(schema.dependentSchemas)) {
          if (names.includes(name) && !apply(dependent)) return null;
        }
      }
      if (has('dependencies')) {
        for (const [name, dependent] of Object.entries(schema.dependencies)) {
          if (!names.includes(name)) continue;
          if (Array.isArray(dependent) ? !dependent.every((other) => names.includes(other)) : !apply(dependent)) return null;
        }
      }
      if (has('propertyNames') && !names.every((name) => holds(schema.propertyNames, name))) return null;
      const declared = new Set();
      const member = (name, subschema) => {
        declared.add(name);
        return holds(subschema, instance[name]);
      };
      if (has('properties')) {
        for (const [name, subschema] of Object.entries(schema.properties)) {
          if (names.includes(name) && !member(name, subschema)) return null;
        }
      }
      if (has('patternProperties')) {
        for (const [pattern, subschema] of Object.entries(schema.patternProperties)) {
          const matches = new RegExp(pattern, 'u');
          if (!names.filter((name) => matches.test(name)).every((name) => member(name, subschema))) return null;
        }
      }
      if (has('additionalProperties')) {
        for (const name of names) {
          if (!declared.has(name) && !member(name, schema.additionalProperties)) return null;
        }
      }
      declared.forEach((name) => done.names.add(name));
      if (has('unevaluatedProperties')) {
        for (const name of names) {
          if (done.names.has(name)) continue;
          if (!holds(schema.unevaluatedProperties, instance[name])) return null;
          done.names.add(name);
        }
      }
    }

    if (Array.isArray(instance)) {
      if (has('minItems') && instance.length < schema.minItems) return null;
      if (has('maxItems') && instance.length > schema.maxItems) return null;
      if (has('uniqueItems') && schema.uniqueItems) {
        if (instance.some((element, i) => instance.slice(0, i).some((earlier) => equal(earlier, element)))) return null;
      }
      const lists = dialect !== '2020-12' && Array.isArray(schema.items);
      const prefix = lists ? schema.items : has('prefixItems') ? schema.prefixItems : [];
      const rest = lists ? (has('additionalItems') ? schema.additionalItems : undefined) : has('items') ? schema.items : undefined;
      for (const [i, element] of instance.entries()) {
        const subschema = i < prefix.length ? prefix[i] : rest;
        if (subschema === undefined) continue;
        if (!holds(subschema, element)) return null;
        done.positions.add(i);
      }
      if (has('contains')) {
        const found = [...instance.keys()].filter((i) => holds(schema.contains, instance[i]));
        if (found.length < (has('minContains') ? schema.minContains : 1)) return null;
        if (has('maxContains') && found.length > schema.maxContains) return null;
        // 2020-12 core, 10.3.1.3: contains evaluates what it matches; 2019-09 does not say so
        if (dialect === '2020-12') found.forEach((i) => done.positions.add(i));
      }
      if (has('unevaluatedItems')) {
        for (const [i, element] of instance.entries()) {
          if (done.positions.has(i)) continue;
          if (!holds(schema.unevaluatedItems, element)) return null;
          done.positions.add(i);
        }
      }
    }
    return done;
  }
}

function isOfType(instance, type) {
  switch (type) {
    case 'null': return instance === null;
    case 'array': return Array.isArray(instance);
    case 'object': return isObject(instance);
    case 'integer': return Number.isInteger(instance);
    default: return typeof instance === type;
  }
}
