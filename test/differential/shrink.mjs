// Makes a disagreement small enough to read: takes away whatever it does not depend on.
import { isObject, Written } from './json.mjs';

const without = (list, i, ...instead) => [...list.slice(0, i), ...instead, ...list.slice(i + 1)];
const plain = (value) => value !== null && typeof value === 'object' && !(value instanceof Written);

// Every value with one thing less.
function* smaller(value) {
  if (!plain(value)) {
    if (value !== null && value !== true && value !== false && value !== 0 && value !== '') {
      if (typeof value === 'number') yield 0;
      if (typeof value === 'string') yield '';
    }
    return;
  }
  const entries = Object.entries(value);
  const rebuilt = (list) => (Array.isArray(value) ? list.map(([, member]) => member) : Object.fromEntries(list));
  for (let i = 0; i < entries.length; ++i) yield rebuilt(without(entries, i));
  for (const [, member] of entries) if (plain(member) || typeof member === 'boolean') yield member;
  for (let i = 0; i < entries.length; ++i) {
    if (isObject(entries[i][1]) && Object.keys(entries[i][1]).length > 0) yield rebuilt(without(entries, i, [entries[i][0], {}]));
    if (isObject(entries[i][1])) yield rebuilt(without(entries, i, [entries[i][0], true]));
    for (const less of smaller(entries[i][1])) yield rebuilt(without(entries, i, [entries[i][0], less]));
  }
}

// The smallest pair found for which `holds` still says yes.
export async function shrink(schema, instance, holds, patience = 3000) {
  for (let found = true; found && patience > 0; ) {
    found = false;
    for (const [which, from] of [['schema', schema], ['instance', instance]]) {
      for (const less of smaller(from)) {
        if (--patience < 0) break;
        // The dialect stays what it is.
        if (which === 'schema' && (!isObject(less) || less.$schema !== schema.$schema)) continue;
        const pair = which === 'schema' ? [less, instance] : [schema, less];
        if (!(await holds(...pair))) continue;
        [schema, instance] = pair;
        found = true;
        break;
      }
    }
  }
  return { schema, instance };
}
