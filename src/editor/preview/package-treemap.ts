import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';
import type { PackagePart } from '../../package/explain.ts';

/** A part of a package as a rectangle, as large as it is heavy. */
export interface TreemapTile {
  readonly part: PackagePart;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Datum {
  readonly part?: PackagePart;
  readonly children?: readonly Datum[];
}

/** What is too small to be seen stands together as one. */
const leastShare = 0.002;

/** The parts of a package as tiles of a picture. `by`: what their areas stand for. */
export function packageTreemap(
  parts: readonly PackagePart[],
  { width, height, by }: { readonly width: number; readonly height: number; readonly by: 'bytes' | 'zippedBytes' },
): TreemapTile[] {
  const all = parts.reduce((sum, part) => sum + part[by], 0);
  const large = parts.filter((part) => part[by] > 0 && part[by] >= all * leastShare);
  const small = parts.filter((part) => part[by] < all * leastShare);
  const rest: PackagePart = {
    name: `${small.length} smaller parts`,
    files: small.reduce((sum, { files }) => sum + files, 0),
    bytes: small.reduce((sum, { bytes }) => sum + bytes, 0),
    zippedBytes: small.reduce((sum, { zippedBytes }) => sum + zippedBytes, 0),
  };
  const children = [...large, ...(rest[by] > 0 ? [rest] : [])].map((part): Datum => ({ part }));
  if (children.length === 0) return [];
  const root = hierarchy<Datum>({ children }, (datum) => datum.children)
    .sum(({ part }) => part?.[by] ?? 0)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const placed = treemap<Datum>().size([width, height]).tile(treemapSquarify).padding(1)(root);
  return placed
    .leaves()
    .flatMap(({ data, x0, y0, x1, y1 }) =>
      data.part ? [{ part: data.part, x: x0, y: y0, width: x1 - x0, height: y1 - y0 }] : [],
    );
}
