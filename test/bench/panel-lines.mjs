// @ts-check

/** @typedef {import('../../src/observe/timing.ts').LogEvent} LogEvent */

const began = Date.UTC(2026, 4, 4, 12, 0, 0);

export const requestId = (/** @type {number} */ number) =>
  `${number.toString(16).padStart(8, '0')}-1111-4222-8333-abcdef012345`;

/** Each tenth is a cold start, each hundredth has timed out. */
export function reportLine(/** @type {number} */ number) {
  const duration = 20 + ((number * 37) % 173) / 3;
  const init = number % 10 === 0 ? `Init Duration: ${(150 + (number % 71)).toFixed(2)} ms\t` : '';
  const outcome = number % 100 === 0 ? 'Status: timeout' : '';
  return (
    `REPORT RequestId: ${requestId(number)}\tDuration: ${duration.toFixed(2)} ms\tBilled Duration: ${Math.ceil(duration)} ms\t` +
    `Memory Size: 128 MB\tMax Memory Used: ${60 + (number % 20)} MB\t${init}${outcome}\n`
  );
}

/**
 * So many invocations of one line each: as many headings as lines.
 * @returns {LogEvent[]}
 */
export const reportsOnly = (/** @type {number} */ count) =>
  Array.from({ length: count }, (_, number) => ({
    timestamp: began + number * 10,
    message: reportLine(number),
    logStream: `stream-${number % 50}`,
  }));

/**
 * The log of a busy function from invocation `first` on, five lines each, in fifty environments.
 * @returns {LogEvent[]}
 */
export const busyLog = (/** @type {number} */ first, /** @type {number} */ invocations) =>
  Array.from({ length: invocations }, (_, index) => {
    const number = first + index;
    const id = requestId(number);
    const messages = [
      `START RequestId: ${id} Version: $LATEST\n`,
      `2026-05-04T12:00:00.000Z\t${id}\tINFO\tresizing photos/${number}.jpg to 640 × 480\n`,
      `{"level":"WARN","message":"no EXIF orientation, taking 1","requestId":"${id}","photo":${number}}\n`,
      `END RequestId: ${id}\n`,
      reportLine(number),
    ];
    return messages.map((message) => ({
      timestamp: began + number,
      message,
      logStream: `stream-${number % 50}`,
    }));
  }).flat();
