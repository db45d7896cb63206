// The part of JSON Schema that /openapi.json uses: values that fit a schema, values that do not, and whether one does.

// A generator of numbers whose row is the same for the same seed (mulberry32).
export function randomOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    below: (end) => Math.floor(next() * end),
    chance: (probability) => next() < probability,
    of: (list) => list[Math.floor(next() * list.length)],
  };
}

const kTexts = [
  '', 'a', 'plain words', 'AIzaSyGenerated_0123456789abcdefghij', '密钥 и ключ', '\u202eright to left', 'a\u0000b', '\u0001\u001f',
  '"quoted" \\ \n', '../../etc/passwd', "' OR 1=1 --", '%00%2e', '<script>', '\ud800', 'x'.repeat(5000), '0', '-1', 'null', '2026-11-28T00:00:00Z',
];
const kNumbers = [0, 1, -1, 2, 7, 100, 1000, 2147483647, -2147483648, 2147483648, 9007199254740991, -9007199254740991, 1e15];
const kTimes = ['2026-11-28T12:00:00Z', '1970-01-01T00:00:00Z', '2100-02-28T23:59:59.999Z', '2026-11-28T12:00:00+02:00'];

export class Schemas {
  constructor(document) {
    this.document = document;
  }

  resolve(schema) {
    if (!schema.$ref) return schema;
    return schema.$ref.slice(2).split('/').reduce((at, name) => at[name], this.document);
  }

  // What is wrong with the value; nothing when it fits. A property that is not described is wrong as well: these are
  // answers, and the description says what is in them.
  faults(given, value, at = '$') {
    const schema = this.resolve(given);
    if (schema.anyOf) {
      const all = schema.anyOf.map((one) => this.faults(one, value, at));
      return all.some((each) => each.length === 0) ? [] : all[0];
    }
    const types = [schema.type].flat();
    const type = typeOf(value);
    if (!types.includes(type) && !(type === 'integer' && types.includes('number'))) return [`${at} is ${type}, not ${types}`];
    if (value === null) return [];
    if (schema.enum && !schema.enum.includes(value)) return [`${at} is ${JSON.stringify(value)}, none of ${schema.enum}`];
    if (schema.format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)) return [`${at} is no time: ${value}`];
    if (schema.format === 'int32' && Math.abs(value) > 2 ** 32) return [`${at} is no int32: ${value}`];
    if (type === 'array') return value.flatMap((item, index) => this.faults(schema.items, item, `${at}[${index}]`));
    if (type === 'object') return this.objectFaults(schema, value, at);
    return [];
  }
  objectFaults(schema, value, at) {
    const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`);
    return missing.concat(Object.entries(value).flatMap(([name, inside]) => {
      const property = schema.properties?.[name];
      return property ? this.faults(property, inside, `${at}.${name}`) : [`${at}.${name} is not described`];
    }));
  }

  // A value that fits, as far as the schema says.
  make(given, random, depth = 0) {
    const schema = this.resolve(given);
    if (schema.anyOf) return this.make(random.of(schema.anyOf), random, depth);
    if (schema.enum) return random.of(schema.enum);
    switch (random.of([schema.type].flat())) {
      case 'null':
        return null;
      case 'boolean':
        return random.chance(0.5);
      case 'integer':
        return random.chance(0.5) ? random.below(6) : Math.trunc(random.of(kNumbers));
      case 'number':
        return random.chance(0.5) ? random.below(1000) / 8 : random.of(kNumbers);
      case 'string':
        return random.of(schema.format === 'date-time' ? kTimes : kTexts);
      case 'array':
        return Array.from({ length: depth > 3 ? 0 : random.below(4) }, () => this.make(schema.items, random, depth + 1));
      default:
        return this.makeObject(schema, random, depth);
    }
  }
  makeObject(schema, random, depth) {
    const made = {};
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (schema.required?.includes(name) || random.chance(0.4)) made[name] = this.make(property, random, depth + 1);
    }
    return made;
  }

  // The text of a body that is wrong in one way or another.
  spoil(schema, random) {
    const value = this.make(schema, random);
    const text = JSON.stringify(value);
    const names = value && typeof value === 'object' ? Object.keys(value) : [];
    const name = names.length ? random.of(names) : 'name';
    const wrong = random.of([null, true, [], {}, [[[]]], 'text', -1, 1.5, 1e300, 'x'.repeat(20000), { a: { b: [1] } }]);
    return random.of([
      () => JSON.stringify({ ...value, [name]: wrong }),
      () => JSON.stringify({ ...value, [name]: undefined }),
      () => JSON.stringify({ ...value, unknown_field: wrong }),
      () => JSON.stringify(wrong),
      () => text.slice(0, random.below(text.length)),
      () => text + text,
      () => `${'['.repeat(10000)}`,
      () => text.replace('{', `{"${name}":1,`),
      () => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0xc0, 0x80])]),
      () => '',
    ])();
  }
}

function typeOf(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
