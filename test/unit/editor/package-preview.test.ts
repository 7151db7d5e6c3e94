import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packageTreemap } from '../../../src/editor/preview/package-treemap.ts';
import { packageTree, type PackageNode } from '../../../src/editor/preview/package-tree.ts';
import type { PackagePart } from '../../../src/package/explain.ts';

const entries = [
  { path: 'a.js', bytes: 5, zippedBytes: 3 },
  { path: 'node_modules/', bytes: 0 },
  { path: 'node_modules/@s/', bytes: 0 },
  { path: 'node_modules/@s/p/', bytes: 0 },
  { path: 'node_modules/@s/p/index.js', bytes: 70, zippedBytes: 20 },
  { path: 'node_modules/q/deep/x.js', bytes: 30, zippedBytes: 10 },
  { path: 'node_modules/q/y.js', bytes: 60, zippedBytes: 9 },
];

const part = (name: string, bytes: number, zippedBytes = bytes): PackagePart => ({
  name,
  files: 1,
  bytes,
  zippedBytes,
});

describe('the tree of a package', () => {
  it('adds up each folder, and has the heaviest first', () => {
    const root = packageTree({ entries }, [{ ...part('node_modules/q', 90), because: ['p', 'q'] }]);
    const shape = ({ name, bytes, zippedBytes, files, children }: PackageNode): unknown =>
      children.length > 0 ? [name, bytes, zippedBytes, files, children.map(shape)] : [name, bytes, zippedBytes];
    assert.deepEqual(shape(root), [
      '', 165, 42, 4,
      [
        ['node_modules', 160, 39, 3, [
          ['q', 90, 19, 2, [['y.js', 60, 9], ['deep', 30, 10, 1, [['x.js', 30, 10]]]]],
          ['@s', 70, 20, 1, [['p', 70, 20, 1, [['index.js', 70, 20]]]]],
        ]],
        ['a.js', 5, 3],
      ],
    ]); // prettier-ignore
    assert.deepEqual(root.children[0]?.children[0]?.because, ['p', 'q']);
  });
});

describe('the picture of a package', () => {
  const size = { width: 200, height: 100 };

  it('gives each part an area as large as it is heavy, side by side', () => {
    const tiles = packageTreemap([part('a', 600), part('b', 300), part('c', 100)], { ...size, by: 'bytes' });
    assert.deepEqual(tiles.map((tile) => tile.part.name).toSorted(), ['a', 'b', 'c']);
    const areas = new Map(tiles.map((tile) => [tile.part.name, tile.width * tile.height]));
    assert.ok(Math.abs((areas.get('a') ?? 0) / (areas.get('b') ?? 1) - 2) < 0.2);
    for (const one of tiles) {
      assert.ok(one.x >= 0 && one.y >= 0 && one.x + one.width <= 200.01 && one.y + one.height <= 100.01);
      for (const other of tiles) {
        const overlap =
          one !== other &&
          one.x < other.x + other.width && other.x < one.x + one.width &&
          one.y < other.y + other.height && other.y < one.y + one.height; // prettier-ignore
        assert.equal(overlap, false);
      }
    }
  });

  it('draws what it is asked for, puts together what is too small, and nothing of nothing', () => {
    const parts = [part('a', 10_000, 1), part('b', 1, 10_000), ...['c', 'd'].map((name) => part(name, 5, 5))];
    const names = (by: 'bytes' | 'zippedBytes'): string[] =>
      packageTreemap(parts, { ...size, by }).map((tile) => tile.part.name);
    assert.deepEqual(names('bytes'), ['a', '3 smaller parts']);
    assert.deepEqual(names('zippedBytes'), ['b', '3 smaller parts']);
    assert.deepEqual(packageTreemap([], { ...size, by: 'bytes' }), []);
    assert.deepEqual(packageTreemap([part('empty', 0)], { ...size, by: 'bytes' }), []);
  });
});
