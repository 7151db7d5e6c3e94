/** What Lambda gives a function, MB, in steps of one. An account may be allowed less. */
export const leastMemoryMB = 128;
export const mostMemoryMB = 10_240;

/** Worth a try: from the least to the most, with 1,769 MB, from which on a function has a whole processor. */
export const usualMemorySizes: readonly number[] = [128, 256, 512, 1024, 1769, 2048, 3008, 4096, 6144, 8192, 10_240];

/** How often a function is invoked at each size: a median needs some, and a slip of a key must not cost a fortune. */
export const runsRange: readonly [least: number, most: number] = [2, 500];
export const usualRuns = 10;
/** So many sizes at once say all that there is to say. */
export const mostSizes = 20;

export const isMemorySize = (value: number): boolean =>
  Number.isInteger(value) && value >= leastMemoryMB && value <= mostMemoryMB;

/** From the smallest on, each once. */
export const inOrder = (sizes: readonly number[]): number[] => [...new Set(sizes)].sort((one, other) => one - other);
