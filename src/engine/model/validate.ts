import type { MemberModel, ServiceModel, ShapeModel } from './service-model.ts';

/**
 * Checks an input against its shape. Returns the service's own sentence, such as
 * "1 validation error detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or
 * equal to 1", or undefined if all is well. Wording follows the messages recorded from the service.
 */
export class InputValidator {
  readonly #model: ServiceModel;
  readonly #patterns = new Map<string, RegExp | undefined>();
  readonly #members = new Map<ShapeModel, readonly (readonly [string, MemberModel])[]>();

  constructor(model: ServiceModel) {
    this.#model = model;
  }

  check(shapeName: string, input: unknown): string | undefined {
    const found: string[] = [];
    this.#structure(this.#shape(shapeName), input, '', found);
    if (found.length === 0) return undefined;
    return `${found.length} validation error${found.length > 1 ? 's' : ''} detected: ${found.join('; ')}`;
  }

  #shape(name: string): ShapeModel {
    const shape = this.#model.shapes[name];
    if (!shape) throw new Error(`The service model has no shape ${name}`);
    return shape;
  }

  #structure(shape: ShapeModel, input: unknown, path: string, found: string[]): void {
    const values = isRecord(input) ? input : {};
    for (const name of shape.required ?? []) {
      if (values[name] === undefined || values[name] === null) {
        found.push(`Value null at '${join(path, name)}' failed to satisfy constraint: Member must not be null`);
      }
    }
    for (const [name, member] of this.#membersOf(shape)) {
      const value = values[name];
      if (value !== undefined && value !== null) this.#value(this.#shape(member.shape), value, join(path, name), found);
    }
  }

  #membersOf(shape: ShapeModel): readonly (readonly [string, MemberModel])[] {
    let members = this.#members.get(shape);
    if (!members) {
      members = Object.entries(shape.members ?? {});
      this.#members.set(shape, members);
    }
    return members;
  }

  #value(shape: ShapeModel, value: unknown, path: string, found: string[]): void {
    const fail = (shown: string, constraint: string): void => {
      found.push(`Value ${shape.sensitive ? "'***'" : shown} at '${path}' failed to satisfy constraint: ${constraint}`);
    };
    if (shape.type === 'structure') return this.#structure(shape, value, path, found);
    if (shape.type === 'list' && Array.isArray(value)) {
      for (const constraint of size(shape, value.length, 'length')) fail(`'[${value.join(', ')}]'`, constraint);
      const member = this.#shape(shape.member ?? '');
      if (member.type === 'structure') {
        value.forEach((item, index) => this.#structure(member, item, `${path}.${index + 1}.member`, found));
      } else if (value.some((item) => this.#broken(member, item).length > 0)) {
        fail(`'[${value.join(', ')}]'`, `Member must satisfy constraint: [${this.#all(member).join(', ')}]`);
      }
      return;
    }
    if (shape.type === 'map' && isRecord(value)) {
      const key = this.#shape(shape.key ?? '');
      if (Object.keys(value).some((item) => this.#broken(key, item).length > 0)) {
        fail('map', `Map keys must satisfy constraint: [${this.#all(key).join(', ')}]`);
      }
      return;
    }
    for (const constraint of this.#broken(shape, value)) fail(`'${String(value)}'`, constraint);
  }

  /** The constraints of a scalar shape that `value` breaks. */
  #broken(shape: ShapeModel, value: unknown): string[] {
    if (shape.type === 'integer' || shape.type === 'long') {
      return typeof value === 'number' ? size(shape, value, 'value') : ['Member must be a number'];
    }
    if (shape.type === 'blob') return value instanceof Uint8Array ? size(shape, value.length, 'length') : [];
    if (shape.type !== 'string' || typeof value !== 'string') return [];
    if (shape.enum && !shape.enum.includes(value)) return [enumConstraint(shape.enum)];
    const broken = size(shape, value.length, 'length');
    if (shape.pattern && this.#pattern(shape.pattern)?.test(value) === false)
      broken.push(patternConstraint(shape.pattern));
    return broken;
  }

  #all(shape: ShapeModel): string[] {
    const all: string[] = [];
    if (shape.max !== undefined) all.push(`Member must have length less than or equal to ${shape.max}`);
    if (shape.min !== undefined) all.push(`Member must have length greater than or equal to ${shape.min}`);
    if (shape.enum) all.push(enumConstraint(shape.enum), 'Member must not be null');
    if (shape.pattern) all.push(patternConstraint(shape.pattern));
    return all;
  }

  #pattern(source: string): RegExp | undefined {
    if (!this.#patterns.has(source)) {
      let compiled: RegExp | undefined;
      try {
        compiled = new RegExp(`^(?:${source})$`, /\\p\{/.test(source) ? 'u' : '');
      } catch {
        compiled = undefined; // a few patterns use Java's own syntax; the service checks those itself
      }
      this.#patterns.set(source, compiled);
    }
    return this.#patterns.get(source);
  }
}

const enumConstraint = (values: readonly string[]): string =>
  `Member must satisfy enum value set: [${values.join(', ')}]`;
const patternConstraint = (pattern: string): string => `Member must satisfy regular expression pattern: ${pattern}`;

function size(shape: ShapeModel, measured: number, what: 'length' | 'value'): string[] {
  const broken: string[] = [];
  if (shape.max !== undefined && measured > shape.max)
    broken.push(`Member must have ${what} less than or equal to ${shape.max}`);
  if (shape.min !== undefined && measured < shape.min) {
    broken.push(`Member must have ${what} greater than or equal to ${shape.min}`);
  }
  return broken;
}

function join(path: string, member: string): string {
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  return path ? `${path}.${name}` : name;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
