// @ts-check
// A reporter for `node --test` that says nothing but, at the end, how many tests passed and failed, as JSON.

/** @param {AsyncIterable<{ type: string, data: { file?: string, counts?: Record<string, number> } }>} events */
async function* totals(events) {
  for await (const { type, data } of events) {
    // There is a summary per file as well; the last one, without a file, is of the whole run.
    if (type !== 'test:summary' || data.file !== undefined || data.counts === undefined) continue;
    const { tests = 0, passed = 0, skipped = 0, todo = 0 } = data.counts;
    // A test that is skipped or to do has not passed, and this project has none.
    yield JSON.stringify({ passed, failed: tests - passed, skipped, todo });
  }
}

// node --test takes a reporter as the default export and in no other way.
// oxlint-disable-next-line import/no-default-export
export default totals;
