import { invalid } from './iam-errors.ts';
import type { IamInput } from './iam-input.ts';

/** A page of a list in its order, by `Marker` and `MaxItems` (100 unless told, 1,000 at most), and what its answer says of the rest. */
export function iamPage<Item>(
  input: IamInput,
  all: readonly Item[],
  keyOf: (item: Item) => string,
): { readonly page: readonly Item[]; readonly marks: { readonly IsTruncated: boolean; readonly Marker?: string } } {
  const limit = Number(input.optional('MaxItems') ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw invalid(`The value of maxItems is a number from 1 to 1000, not ${input.optional('MaxItems')}.`);
  const marker = input.optional('Marker');
  const after = marker === undefined ? -1 : all.findIndex((item) => toMarker(keyOf(item)) === marker);
  if (marker !== undefined && after < 0) throw invalid('Invalid Marker. Use the Marker of the page before.');
  const page = all.slice(after + 1, after + 1 + limit);
  const last = page.at(-1);
  const IsTruncated = after + 1 + page.length < all.length;
  return { page, marks: { IsTruncated, ...(IsTruncated && last !== undefined && { Marker: toMarker(keyOf(last)) }) } };
}

const toMarker = (key: string): string => Buffer.from(key).toString('base64');
