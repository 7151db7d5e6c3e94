export interface FoundRequestId {
  readonly requestId: string;
  readonly start: number;
  /** What stands before it says that it is one. */
  readonly isSaid: boolean;
}

const uuid = /(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/gi;
/** RequestId: …, "requestId": "…", request …, x-amzn-requestid=… */
const saidBefore = /request[\s_-]{0,2}(?:id)?["']?\s{0,3}[:=]?\s{0,3}["']?$/i;
const longestSearched = 20_000;

/** What a line has that may be the request id of an invocation. */
export function requestIdsIn(line: string): FoundRequestId[] {
  return [...line.slice(0, longestSearched).matchAll(uuid)].map(({ 0: found, index }) => ({
    requestId: found.toLowerCase(),
    start: index,
    isSaid: saidBefore.test(line.slice(Math.max(0, index - 40), index)),
  }));
}

/** Those that are worth a link: what is said to be a request id, and ids of invocations that are known. */
export async function linkedRequestIds(
  line: string,
  knows: (requestId: string) => Promise<boolean>,
): Promise<FoundRequestId[]> {
  const found = requestIdsIn(line);
  const isWorth = await Promise.all(found.map(async ({ isSaid, requestId }) => isSaid || (await knows(requestId))));
  return found.filter((_, at) => isWorth[at]);
}
