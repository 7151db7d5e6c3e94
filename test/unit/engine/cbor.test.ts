import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cbor, dateToTag } from '@smithy/core/cbor';
import { readCbor, writeCbor } from '../../../src/engine/http/cbor.ts';

const fromHex = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe('CBOR', () => {
  it('comes back as it was written, also through the encoder of the AWS SDK', () => {
    const numbers = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32, 2 ** 53 - 1, -1, -24, -25, -300, 1.5, -1e300];
    const value = { numbers, text: 'für ☕', long: 'x'.repeat(70_000), nested: { list: [[], {}, true, false, null] } };
    assert.deepEqual(readCbor(writeCbor(value)), value);
    assert.deepEqual(readCbor(cbor.serialize(value)), value);
    assert.deepEqual(cbor.deserialize(writeCbor(value)), value);
  });

  it('has times as seconds, with their fractions', () => {
    const time = new Date(1_700_000_000_250);
    assert.equal(readCbor(writeCbor(time)), 1_700_000_000.25);
    assert.equal(readCbor(cbor.serialize(dateToTag(time))), 1_700_000_000.25);
  });

  // Source: RFC 8949, appendix A.
  it('is read in all its forms', () => {
    const forms: readonly (readonly [string, unknown])[] = [
      ['f93c00', 1],
      ['f97bff', 65_504],
      ['f90001', 2 ** -24],
      ['f9fc00', -Infinity],
      ['fa47c35000', 100_000],
      ['c11a514b67b0', 1_363_896_240],
      ['f7', null],
      ['5f42010243030405ff', Buffer.from([1, 2, 3, 4, 5])],
      ['7f657374726561646d696e67ff', 'streaming'],
      ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
      ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ];
    for (const [hex, value] of forms) assert.deepEqual(readCbor(fromHex(hex)), value, hex);
  });

  it('that is none is refused in words, however much it claims to hold', () => {
    const broken: readonly (readonly [string, RegExp])[] = [
      ['', /ends too soon/],
      ['0101', /more than one value/],
      ['ff', /more than one value/],
      ['82ff01', /break where none belongs/],
      ['9bffffffffffffffff', /number is too large/],
      ['9a7fffffff', /ends too soon/],
      ['5a7fffffff00', /ends too soon/],
      ['a10101', /key is no text/],
      ['7f01ff', /pieces of another kind/],
      ['1c', /no length 28/],
      ['f8ff', /no simple value 24/],
      ['81'.repeat(40), /nested too deeply/],
    ];
    for (const [hex, message] of broken) assert.throws(() => readCbor(fromHex(hex)), { name: 'RangeError', message });
  });
});
