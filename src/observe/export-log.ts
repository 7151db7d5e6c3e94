// A log as a file: text, JSON lines, or CSV.
import type { ModelLine } from './log-model.ts';

export type ExportFormat = 'txt' | 'jsonl' | 'csv';

/** Nothing is left out or cut. Times are ISO 8601 in UTC. */
export function exportLog(lines: readonly ModelLine[], format: ExportFormat): string {
  // One function's log needs no name in each line.
  const isNamed = lines.some(({ functionName }) => functionName !== undefined);
  if (format === 'csv') return [header(isNamed), ...lines.map((line) => csvLine(line, isNamed))].join('\r\n') + '\r\n';
  const write = format === 'jsonl' ? jsonLine : textLine;
  return lines.map((line) => `${write(line)}\n`).join('');
}

const time = ({ timestamp }: ModelLine): string => new Date(timestamp).toISOString();
const message = (line: ModelLine): string => line.message.replace(/\r?\n$/, '');

const textLine = (line: ModelLine): string =>
  [time(line), ...(line.functionName === undefined ? [] : [line.functionName]), message(line)].join(' ');

const jsonLine = (line: ModelLine): string =>
  JSON.stringify({
    time: time(line),
    ...(line.functionName !== undefined && { functionName: line.functionName }),
    logStream: line.logStream,
    ...(line.requestId !== undefined && { requestId: line.requestId }),
    source: line.source,
    message: message(line),
  });

const header = (isNamed: boolean): string => `time,${isNamed ? 'functionName,' : ''}logStream,requestId,source,message`;

const csvLine = (line: ModelLine, isNamed: boolean): string => {
  const name = isNamed ? [line.functionName ?? ''] : [];
  return [time(line), ...name, line.logStream, line.requestId ?? '', line.source, message(line)].map(csvCell).join(',');
};

/** RFC 4180. A spreadsheet takes what begins with these, after spaces too, for a formula and would run it: an apostrophe keeps it text. */
function csvCell(value: string): string {
  const safe = /^(?:\s*[=+\-@]|[\t\r])/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
