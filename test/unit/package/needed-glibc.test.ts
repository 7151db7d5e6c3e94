import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isNewer, neededGlibc } from '../../../src/package/build/needed-glibc.ts';

describe('the glibc that a program needs', () => {
  it('is the newest that it names', { skip: process.platform !== 'linux' && 'no ELF here' }, () => {
    for (const file of [process.execPath, '/bin/sh', '/bin/ls']) {
      const program = readFileSync(file);
      const named = [...program.toString('latin1').matchAll(/\0GLIBC_2\.(\d+)(?:\.\d+)?(?=\0)/g)];
      const minor = Math.max(...named.map(([, each]) => Number(each)));
      assert.deepEqual(neededGlibc(program), { major: 2, minor }, file);
    }
  });

  it('is none where it is linked statically, or no such program', () => {
    assert.equal(neededGlibc(Buffer.from('#!/bin/sh\nexit 0\n')), undefined);
    assert.equal(neededGlibc(elf({})), undefined);
  });

  it('leaves out what a program only uses where it is there', () => {
    assert.deepEqual(neededGlibc(elf({ versions: [['GLIBC_2.17', 0], ['GLIBC_2.39', 2]] })), { major: 2, minor: 17 }); // prettier-ignore
    assert.deepEqual(neededGlibc(elf({ versions: [['GLIBC_2.17', 0], ['GLIBC_2.39', 0], ['GCC_3.0', 0]] })), { major: 2, minor: 39 }); // prettier-ignore
  });

  it('is compared by number', () => {
    assert.ok(isNewer({ major: 2, minor: 34 }, { major: 2, minor: 4 }));
    assert.ok(isNewer({ major: 3, minor: 0 }, { major: 2, minor: 99 }));
    assert.ok(!isNewer({ major: 2, minor: 26 }, { major: 2, minor: 26 }));
  });
});

/** A program with nothing in it but what it needs, laid out as the gABI and Linux' extension of it say. */
function elf({ versions }: { versions?: readonly (readonly [name: string, flags: number])[] }): Buffer {
  const address = 0x10_000;
  const dynamicAt = 64 + 2 * 56;
  const needAt = dynamicAt + 4 * 16;
  const stringsAt = needAt + 16 + 16 * (versions?.length ?? 0);
  const strings = `\0${(versions ?? []).map(([name]) => `${name}\0`).join('')}`;
  const program = Buffer.alloc(stringsAt + strings.length);
  program.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  program.writeBigUInt64LE(64n, 32);
  program.writeUInt16LE(56, 54);
  program.writeUInt16LE(versions ? 2 : 1, 56);
  const segment = (at: number, type: number, from: number, size: number): void => {
    program.writeUInt32LE(type, at);
    [from, address + from, address + from, size].forEach((value, index) => program.writeBigUInt64LE(BigInt(value), at + 8 + 8 * index)); // prettier-ignore
  };
  segment(64, 1, 0, program.length);
  segment(64 + 56, 2, dynamicAt, 4 * 16);
  const entries = [[5, address + stringsAt], [0x6ffffffe, address + needAt], [0x6fffffff, 1], [0, 0]]; // prettier-ignore
  entries.flat().forEach((value, index) => program.writeBigUInt64LE(BigInt(value), dynamicAt + 8 * index));
  program.writeUInt16LE(versions?.length ?? 0, needAt + 2);
  program.writeUInt32LE(16, needAt + 8);
  (versions ?? []).forEach(([name, flags], index) => {
    const at = needAt + 16 + 16 * index;
    program.writeUInt16LE(flags, at + 4);
    program.writeUInt32LE(strings.indexOf(`\0${name}\0`) + 1, at + 8);
    program.writeUInt32LE(16, at + 12);
  });
  program.write(strings, stringsAt, 'latin1');
  return program;
}
