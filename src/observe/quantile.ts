/**
 * The value below which a share of the values lies (0…1), linear between neighbours, as spreadsheets and NumPy have it; undefined of
 * nothing. The values need no order.
 */
export const quantile = (values: readonly number[], share: number): number | undefined =>
  quantileOfSorted(Float64Array.from(values).sort(), share);

/** The same of values that are in order. */
export function quantileOfSorted(sorted: Float64Array, share: number): number | undefined {
  const place = (sorted.length - 1) * share;
  const lower = sorted[Math.floor(place)];
  const upper = sorted[Math.ceil(place)];
  if (lower === undefined || upper === undefined) return undefined;
  return lower + (upper - lower) * (place - Math.floor(place));
}
