// CBOR (RFC 8949), as far as AWS's protocol rpc-v2-cbor has it: JSON's values, and times as tagged seconds.

/** Deeper than any input of a model. */
const deepest = 32;
const bigLimit = BigInt(Number.MAX_SAFE_INTEGER);
const ends: unique symbol = Symbol('break');

/** JSON's values and `Uint8Array`s; a time is its seconds since the epoch. Throws a RangeError for what is no CBOR, or more than one value. */
export function readCbor(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (value === ends || !reader.isAtEnd) throw new RangeError('it is more than one value');
  return value;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): unknown {
    if (depth > deepest) throw new RangeError('it is nested too deeply');
    const head = this.#view.getUint8(this.#take(1));
    const minor = head & 31;
    switch (head >> 5) {
      case 0:
        return this.#count(minor);
      case 1:
        return -1 - this.#count(minor);
      case 2:
        return minor === 31 ? Buffer.concat(this.#until(depth, isBytes)) : this.#piece(this.#count(minor));
      case 3:
        return minor === 31 ? this.#until(depth, isText).join('') : this.#text(this.#count(minor));
      case 4:
        return minor === 31 ? this.#until(depth, isAny) : this.#list(this.#count(minor), depth);
      case 5:
        return this.#map(minor === 31 ? Infinity : this.#count(minor), depth);
      case 6:
        this.#count(minor);
        return this.value(depth + 1);
      default:
        return this.#simple(minor);
    }
  }

  /** Where the next so many bytes begin. */
  #take(count: number): number {
    if (count > this.#bytes.length - this.#at) throw new RangeError('it ends too soon');
    this.#at += count;
    return this.#at - count;
  }

  #count(minor: number): number {
    if (minor < 24) return minor;
    if (minor === 24) return this.#view.getUint8(this.#take(1));
    if (minor === 25) return this.#view.getUint16(this.#take(2));
    if (minor === 26) return this.#view.getUint32(this.#take(4));
    if (minor !== 27) throw new RangeError(`it has no length ${minor}`);
    const big = this.#view.getBigUint64(this.#take(8));
    if (big > bigLimit) throw new RangeError('a number is too large');
    return Number(big);
  }

  #piece(count: number): Uint8Array {
    const from = this.#take(count);
    return this.#bytes.subarray(from, from + count);
  }

  #text(count: number): string {
    return Buffer.from(this.#piece(count)).toString('utf8');
  }

  #list(count: number, depth: number): unknown[] {
    const list: unknown[] = [];
    // Each member takes a byte at least.
    while (list.length < count) list.push(this.#inner(depth));
    return list;
  }

  #until<T>(depth: number, isMember: (value: unknown) => value is T): T[] {
    const list: T[] = [];
    for (let next = this.value(depth + 1); next !== ends; next = this.value(depth + 1)) {
      if (!isMember(next)) throw new RangeError('a text or bytes have pieces of another kind');
      list.push(next);
    }
    return list;
  }

  #map(count: number, depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    while (entries.length < count) {
      const key = this.value(depth + 1);
      if (key === ends && count === Infinity) break;
      if (typeof key !== 'string') throw new RangeError('a key is no text');
      entries.push([key, this.#inner(depth)]);
    }
    return Object.fromEntries(entries);
  }

  #inner(depth: number): unknown {
    const value = this.value(depth + 1);
    if (value === ends) throw new RangeError('it has a break where none belongs');
    return value;
  }

  #simple(minor: number): unknown {
    if (minor === 20 || minor === 21) return minor === 21;
    if (minor === 22 || minor === 23) return null;
    if (minor === 25) return half(this.#view.getUint16(this.#take(2)));
    if (minor === 26) return this.#view.getFloat32(this.#take(4));
    if (minor === 27) return this.#view.getFloat64(this.#take(8));
    if (minor === 31) return ends;
    throw new RangeError(`it has no simple value ${minor}`);
  }
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isText = (value: unknown): value is string => typeof value === 'string';
const isAny = (_value: unknown): _value is unknown => true;

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** JSON's values, and `Date`s as times; members that are undefined are left out. */
export function writeCbor(value: unknown): Buffer {
  const pieces: Buffer[] = [];
  write(value, pieces);
  return Buffer.concat(pieces);
}

function write(value: unknown, pieces: Buffer[]): void {
  if (typeof value === 'number') pieces.push(number(value));
  else if (typeof value === 'string') {
    const text = Buffer.from(value);
    pieces.push(header(3, text.length), text);
  } else if (typeof value === 'boolean') pieces.push(Buffer.of(value ? 0xf5 : 0xf4));
  else if (value instanceof Date) pieces.push(header(6, 1), double(value.getTime() / 1000));
  else if (Array.isArray(value)) {
    pieces.push(header(4, value.length));
    for (const each of value) write(each, pieces);
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    pieces.push(header(5, entries.length));
    for (const [name, each] of entries) {
      write(name, pieces);
      write(each, pieces);
    }
  } else pieces.push(Buffer.of(0xf6));
}

function number(value: number): Buffer {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return double(value);
  return value < 0 ? header(1, -1 - value) : header(0, value);
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0xfb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function header(major: number, count: number): Buffer {
  const top = major << 5;
  if (count < 24) return Buffer.of(top | count);
  if (count < 2 ** 8) return Buffer.of(top | 24, count);
  const bytes = Buffer.alloc(count < 2 ** 16 ? 3 : count < 2 ** 32 ? 5 : 9, top);
  if (bytes.length === 3) bytes.writeUInt16BE(count, 1);
  else if (bytes.length === 5) bytes.writeUInt32BE(count, 1);
  else bytes.writeBigUInt64BE(BigInt(count), 1);
  bytes[0] = top | (bytes.length === 3 ? 25 : bytes.length === 5 ? 26 : 27);
  return bytes;
}
