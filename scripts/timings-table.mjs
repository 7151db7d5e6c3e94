// @ts-check

/**
 * What a REPORT line says, as it says it. `initDuration` is there for a cold start only.
 * @typedef {{
 *   readonly requestId: string, readonly duration: string, readonly billedDuration: string,
 *   readonly maxMemoryUsed: string, readonly initDuration: string | undefined,
 * }} Timing
 */

/**
 * @param {string} line
 * @returns {Timing | undefined} Nothing for any other line.
 */
export function parseReport(line) {
  const requestId = /^REPORT RequestId: (\S+)/.exec(line)?.[1];
  if (requestId === undefined) return undefined;
  const fields = new Map(line.split('\t').map((field) => splitOnce(field.trim(), ': ')));
  return {
    requestId,
    duration: fields.get('Duration') ?? '',
    billedDuration: fields.get('Billed Duration') ?? '',
    maxMemoryUsed: fields.get('Max Memory Used') ?? '',
    initDuration: fields.get('Init Duration'),
  };
}

/**
 * @param {readonly Timing[]} timings
 * @returns {string} A table for the terminal, a row for each invocation.
 */
export function timingsTable(timings) {
  const rows = [
    ['Request', 'Start', 'Init', 'Duration', 'Billed', 'Max memory'],
    ...timings.map(({ requestId, duration, billedDuration, maxMemoryUsed, initDuration }) => [
      requestId,
      initDuration === undefined ? 'warm' : 'cold',
      initDuration ?? '–',
      duration,
      billedDuration,
      maxMemoryUsed,
    ]),
  ];
  const width = (/** @type {number} */ column) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  // Figures stand flush right, so that their units do.
  const cell = (/** @type {string} */ value, /** @type {number} */ column) =>
    column < 2 ? value.padEnd(width(column)) : value.padStart(width(column));
  return rows.map((row) => `   ${row.map(cell).join('   ')}`).join('\n');
}

/**
 * @param {string} text
 * @param {string} separator
 * @returns {[string, string]}
 */
function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
