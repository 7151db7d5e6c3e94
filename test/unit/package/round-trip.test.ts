// Generated trees, packaged, and unpacked by three programs that had no part in it: what comes out is what went in.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { writeZip } from '../../../src/package/write-zip.ts';
import { pack, scratch } from './scratch.ts';

type Tree = Map<string, { readonly mode: number; readonly content?: Buffer; readonly link?: string }>;

/** A linear congruential generator: the same trees on every machine. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const letters = ['a', 'b', 'Z', '0', '_', '-', '.x', ' ', 'é', '日本', '🙂', '(1)', "'", '+', '@'];

/** Fills a folder with files of all sizes, empty ones and folders among them, and links to what is there. */
function growTree(root: string, seed: number): void {
  const next = generator(seed);
  const files: string[] = [];
  const taken = new Set<string>();
  const nameIn = (folder: string): string => {
    for (;;) {
      const name = `n${Array.from({ length: 1 + next(6) }, () => letters[next(letters.length)]).join('')}`.trimEnd();
      const relative = path.posix.join(folder, name);
      if (taken.has(relative.toLowerCase())) continue;
      taken.add(relative.toLowerCase());
      return relative;
    }
  };
  const grow = (folder: string, depth: number): void => {
    mkdirSync(path.join(root, folder), { recursive: true });
    for (let count = next(7); count > 0; count -= 1) {
      const name = nameIn(folder);
      const kind = next(10);
      if (kind < 2 && depth < 5) grow(name, depth + 1);
      else if (kind === 2 && files.length > 0) {
        const target = files[next(files.length)] ?? '';
        symlinkSync(path.posix.relative(folder, target), path.join(root, name));
      } else {
        const bytes = [0, 1, next(100), next(5000), next(200_000)][next(5)] ?? 0;
        const isText = next(2) === 0;
        writeFileSync(
          path.join(root, name),
          Buffer.from(Array.from({ length: bytes }, () => (isText ? 97 + next(4) : next(256)))),
        );
        files.push(name);
      }
    }
  };
  grow('', 0);
  writeFileSync(path.join(root, 'index.mjs'), 'export const handler = 1;');
}

function readTree(root: string, folder = ''): Tree {
  const tree: Tree = new Map();
  for (const name of readdirSync(path.join(root, folder))) {
    const relative = path.posix.join(folder, name);
    const file = path.join(root, relative);
    const status = lstatSync(file);
    const mode = status.mode & 0o777;
    if (status.isDirectory()) {
      tree.set(`${relative}/`, { mode });
      for (const [inner, entry] of readTree(root, relative)) tree.set(inner, entry);
    } else if (status.isSymbolicLink()) tree.set(relative, { mode: 0o755, link: readlinkSync(file) });
    else tree.set(relative, { mode, content: readFileSync(file) });
  }
  return tree;
}

const executable = (tree: Tree): Tree => new Map([...tree].map(([name, entry]) => [name, { ...entry, mode: 0o755 }]));
const sorted = (tree: Tree): [string, object][] => [...tree].sort(([a], [b]) => (a < b ? -1 : 1));

const pythonListing = `
import sys, zipfile, json, hashlib
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([[i.filename, i.external_attr >> 16, i.date_time, len(i.extra), hashlib.sha256(z.read(i)).hexdigest()] for i in z.infolist()]))
`;

describe('a package of any tree', () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    it(`comes out as it went in (tree ${seed})`, async (t) => {
      const parent = scratch(t);
      const root = path.join(parent, 'fn');
      growTree(root, seed);
      const { file, entries } = await pack(parent, root);
      const expected = executable(readTree(root));

      const outOf = (program: string, args: (into: string) => string[]): Tree => {
        const into = path.join(parent, program);
        mkdirSync(into);
        execFileSync(program, args(into), { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
        return readTree(into);
      };
      assert.deepEqual(sorted(outOf('unzip', (into) => ['-q', file, '-d', into])), sorted(expected));
      assert.deepEqual(sorted(outOf('bsdtar', (into) => ['-xpf', file, '-C', into])), sorted(expected));

      const listed = JSON.parse(execFileSync('python3', ['-c', pythonListing, file], { encoding: 'utf8' }));
      const names = listed.map(([name]: [string]) => name);
      assert.deepEqual(new Set(names), new Set(expected.keys()));
      assert.deepEqual(names, entries.map((entry) => entry.path)); // prettier-ignore
      for (const [name, mode, date, extra] of listed) {
        const { link } = expected.get(name) ?? {};
        const type = name.endsWith('/') ? 0o040000 : link === undefined ? 0o100000 : 0o120000;
        assert.equal(mode, type | 0o755, name);
        assert.deepEqual(date, [1980, 1, 1, 0, 0, 0]);
        assert.equal(extra, 0);
      }
    });
  }

  it('keeps what looks like a drive in a name', async (t) => {
    const parent = scratch(t);
    const source = { kind: 'content', name: 'c:d.txt', content: Buffer.from('x'), bytes: 1 } as const;
    const outFile = path.join(parent, 'drive.zip');
    await writeZip({ sources: [source], outFile });
    execFileSync('unzip', ['-q', outFile, '-d', path.join(parent, 'out')]);
    assert.deepEqual(readdirSync(path.join(parent, 'out')), ['c:d.txt']);
  });

  it('may have very many entries with short names', async (t) => {
    const content = Buffer.alloc(0);
    const sources = Array.from({ length: 450_000 }, (_, number) => {
      return { kind: 'content', name: (number + 46_656).toString(36), content, bytes: 0 } as const;
    });
    const outFile = path.join(scratch(t), 'short.zip');
    const { packedBytes } = await writeZip({ sources, outFile });
    assert.equal(packedBytes.length, sources.length);
    const count = 'import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).infolist()))';
    assert.equal(execFileSync('python3', ['-c', count, outFile], { encoding: 'utf8' }), '450000\n');
  });

  it('may have more entries than a zip had room for at first', async (t) => {
    const parent = scratch(t);
    const content = Buffer.from('x');
    const sources = Array.from({ length: 66_000 }, (_, number) => {
      return { kind: 'content', name: `f${String(number).padStart(5, '0')}`, content, bytes: 1 } as const;
    });
    const outFile = path.join(parent, 'many.zip');
    await writeZip({ sources, outFile });
    const count = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(len(z.infolist()), z.testzip())';
    assert.equal(execFileSync('python3', ['-c', count, outFile], { encoding: 'utf8' }), '66000 None\n');
    assert.match(execFileSync('unzip', ['-tq', outFile], { encoding: 'utf8' }), /No errors/);
  });
});
