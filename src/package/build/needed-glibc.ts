// Which glibc a program wants to be loaded by, read from the program itself.

const dynamicSegment = 2;
const loadedSegment = 1;
const tags = { strings: 5n, versions: 0x6ffffffen, versionCount: 0x6fffffffn } as const;
const weak = 2;

/** Such as `{ major: 2, minor: 34 }`. */
export interface GlibcVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * The newest version of glibc that a 64-bit little-endian ELF program asks for (`GLIBC_2.34` in its version requirements, as gABI's
 * Linux extension lays them out); undefined where it asks for none, as a statically linked one. Throws a RangeError where it is cut off.
 */
export function neededGlibc(program: Uint8Array): GlibcVersion | undefined {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const isElf64 = view.getUint32(0) === 0x7f454c46 && view.getUint8(4) === 2 && view.getUint8(5) === 1;
  if (!isElf64) return undefined;
  const segments = segmentsOf(view);
  const dynamic = segments.find(({ type }) => type === dynamicSegment);
  if (dynamic === undefined) return undefined;
  const entries = new Map<bigint, number>();
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
    const tag = view.getBigUint64(at, true);
    if (tag === 0n) break;
    entries.set(tag, Number(view.getBigUint64(at + 8, true)));
  }
  const inFile = (address: number | undefined): number | undefined => {
    const segment = segments.find(
      ({ type, address: start, size }) =>
        type === loadedSegment && address !== undefined && address >= start && address < start + size,
    );
    return segment && address !== undefined ? address - segment.address + segment.offset : undefined;
  };
  const strings = inFile(entries.get(tags.strings));
  const first = inFile(entries.get(tags.versions));
  if (strings === undefined || first === undefined) return undefined;
  const names = versionNames(view, { first, count: entries.get(tags.versionCount) ?? 0, strings });
  return names
    .flatMap((name) => {
      const [, major, minor] = /^GLIBC_(\d+)\.(\d+)/.exec(name) ?? [];
      return major && minor ? [{ major: Number(major), minor: Number(minor) }] : [];
    })
    .reduce<GlibcVersion | undefined>((newest, each) => (newest && !isNewer(each, newest) ? newest : each), undefined);
}

export const isNewer = (one: GlibcVersion, other: GlibcVersion): boolean =>
  one.major > other.major || (one.major === other.major && one.minor > other.minor);

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  /** Bytes in the file. */
  readonly size: number;
}

function segmentsOf(view: DataView): Segment[] {
  const table = Number(view.getBigUint64(32, true));
  const entrySize = view.getUint16(54, true);
  return Array.from({ length: view.getUint16(56, true) }, (_, index) => {
    const at = table + index * entrySize;
    return {
      type: view.getUint32(at, true),
      offset: Number(view.getBigUint64(at + 8, true)),
      address: Number(view.getBigUint64(at + 16, true)),
      size: Number(view.getBigUint64(at + 32, true)),
    };
  });
}

/** Names of the versions that are required of all libraries; those that are only used where they are there do not count. */
function versionNames(view: DataView, table: { first: number; count: number; strings: number }): string[] {
  const names: string[] = [];
  let library = table.first;
  for (let index = 0; index < table.count; index += 1) {
    let version = library + view.getUint32(library + 8, true);
    const versions = view.getUint16(library + 2, true);
    for (let each = 0; each < versions; each += 1) {
      const isOptional = (view.getUint16(version + 4, true) & weak) !== 0;
      if (!isOptional) names.push(stringAt(view, table.strings + view.getUint32(version + 8, true)));
      version += view.getUint32(version + 12, true);
    }
    library += view.getUint32(library + 12, true);
  }
  return names;
}

function stringAt(view: DataView, start: number): string {
  let text = '';
  for (let at = start; view.getUint8(at) !== 0; at += 1) text += String.fromCharCode(view.getUint8(at));
  return text;
}
