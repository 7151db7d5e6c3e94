import { invalidParameter } from '../http/service-error.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * A page of a list, by `Marker` and `MaxItems` (at most 50): `read` gives so many items after the one with this key, and `next` is
 * the answer's NextMarker where there are more. Throws for a marker that no page gave.
 */
export function pageOf<Item>(
  input: Input,
  read: (after: string, limit: number) => readonly Item[],
  keyOf: (item: Item) => string,
): { readonly page: readonly Item[]; readonly next: { readonly NextMarker?: string } } {
  const limit = Math.min(typeof input['MaxItems'] === 'number' ? input['MaxItems'] : 50, 50);
  const items = read(typeof input['Marker'] === 'string' ? readMarker(input['Marker']) : '', limit + 1);
  const page = items.slice(0, limit);
  const last = page.at(-1);
  const isMore = items.length > limit && last !== undefined;
  return { page, next: isMore ? { NextMarker: Buffer.from(keyOf(last)).toString('base64') } : {} };
}

/** The same for a list that is at hand, in its order. */
export function pageOfAll<Item>(
  input: Input,
  all: readonly Item[],
  keyOf: (item: Item) => string,
): ReturnType<typeof pageOf<Item>> {
  const read = (after: string, limit: number): readonly Item[] => {
    const from = after === '' ? 0 : all.findIndex((item) => keyOf(item) === after) + 1;
    return all.slice(from, from + limit);
  };
  return pageOf(input, read, keyOf);
}

function readMarker(marker: string): string {
  const name = Buffer.from(marker, 'base64').toString('utf8');
  if (Buffer.from(name).toString('base64') !== marker)
    throw invalidParameter('Invalid Marker. Use the NextMarker of the page before.');
  return name;
}
