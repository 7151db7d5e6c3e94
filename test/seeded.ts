/** Numbers from 0 to 1, the same for the same seed. */
export type Random = () => number;

/** xorshift */
export function seeded(seed: number): Random {
  let state = Math.imul(seed, 2_654_435_761) | 1; // seeds that are near make numbers that are not
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
