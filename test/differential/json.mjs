// JSON text of values that may hold pieces of text as they shall be written.

// A number or a string written in a way that JSON.stringify would not choose, as 1.0 or "\u0061".
export class Written {
  constructor(text) {
    this.text = text;
  }
}

export function textOf(value) {
  if (value instanceof Written) return value.text;
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${textOf(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

// As a reader sees it.
export const read = (value) => JSON.parse(textOf(value));

export const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

// Equality of the JSON Schema specification.
export function equal(left, right) {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((element, i) => equal(element, right[i]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]))
  );
}
