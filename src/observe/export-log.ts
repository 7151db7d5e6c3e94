// A log as a file: text, JSON lines, or CSV.
import type { ModelLine } from './log-model.ts';

export type ExportFormat = 'txt' | 'jsonl' | 'csv';

/** Nothing is left out or cut. Times are ISO 8601 in UTC. */
export function exportLog(lines: readonly ModelLine[], format: ExportFormat): string {
  if (format === 'csv') return [header, ...lines.map(csvLine)].join('\r\n') + '\r\n';
  const write = format === 'jsonl' ? jsonLine : textLine;
  return lines.map((line) => `${write(line)}\n`).join('');
}

const time = ({ timestamp }: ModelLine): string => new Date(timestamp).toISOString();
const message = (line: ModelLine): string => line.message.replace(/\r?\n$/, '');

const textLine = (line: ModelLine): string => `${time(line)} ${message(line)}`;

const jsonLine = (line: ModelLine): string =>
  JSON.stringify({
    time: time(line),
    logStream: line.logStream,
    ...(line.requestId !== undefined && { requestId: line.requestId }),
    source: line.source,
    message: message(line),
  });

const header = 'time,logStream,requestId,source,message';

const csvLine = (line: ModelLine): string =>
  [time(line), line.logStream, line.requestId ?? '', line.source, message(line)].map(csvCell).join(',');

/** RFC 4180. A spreadsheet takes what begins with these, after spaces too, for a formula and would run it: an apostrophe keeps it text. */
function csvCell(value: string): string {
  const safe = /^(?:\s*[=+\-@]|[\t\r])/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
