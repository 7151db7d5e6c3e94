import type { ServiceModel } from './service-model.ts';

const words: Readonly<Record<string, string>> = {
  string: 'a String',
  integer: 'an Integer',
  long: 'a Long',
  double: 'a Double',
  timestamp: 'a Timestamp',
  boolean: 'a Boolean',
  blob: 'a Blob',
  structure: 'an Object',
  map: 'a Map',
  list: 'a List',
};

/**
 * What of an input's JSON is of another type than its shape says, in the service's words, such as "NUMBER_VALUE can not be converted
 * to a String"; undefined if all is well. Blobs are bytes, and timestamps seconds since the epoch, by now.
 */
export function wrongType(model: ServiceModel, shapeName: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const shape = model.shapes[shapeName];
  if (!shape) throw new Error(`The service model has no shape ${shapeName}`);
  if (typeOf(value) !== expected(shape.type)) return refusal(value, shape.type);
  if ((shape.type === 'integer' || shape.type === 'long') && !Number.isSafeInteger(value))
    return refusal(value, shape.type);
  const inner = (name: string | undefined, values: readonly unknown[]): string | undefined =>
    first(values.map((item) => wrongType(model, name ?? '', item)));
  if (Array.isArray(value)) return inner(shape.member, value);
  if (shape.type === 'map') return inner(shape.value, Object.values(value));
  if (shape.type !== 'structure') return undefined;
  for (const [name, item] of Object.entries(value)) {
    const member = shape.members && Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
    const mistyped = member && wrongType(model, member.shape, item);
    if (mistyped !== undefined) return mistyped;
  }
  return undefined;
}

const first = (found: readonly (string | undefined)[]): string | undefined => found.find((one) => one !== undefined);

function expected(shapeType: string): string {
  if (shapeType === 'integer' || shapeType === 'long' || shapeType === 'double' || shapeType === 'timestamp')
    return 'number';
  return shapeType === 'structure' || shapeType === 'map' ? 'object' : shapeType;
}

function typeOf(value: unknown): string {
  if (value instanceof Uint8Array) return 'blob';
  return Array.isArray(value) ? 'list' : typeof value;
}

function refusal(value: unknown, shapeType: string): string {
  if (Array.isArray(value)) return 'Start of list found where not expected';
  if (typeof value === 'object') return 'Start of structure or map found where not expected.';
  const kind = typeof value === 'boolean' ? String(value).toUpperCase() : (typeof value).toUpperCase();
  return `${kind}_VALUE can not be converted to ${words[shapeType] ?? 'an Object'}`;
}
