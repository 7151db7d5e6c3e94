/** A stack trace in a line: what went wrong, and the frames that led there. */
export interface StackTrace {
  readonly head: string;
  readonly frames: number;
  /** All else, as it was written. */
  readonly rest: string;
}

/** Node.js and Java: at …; Python: File "…", line …; Java: … 12 more. */
const frame = /^\s+(?:at \S|File "[^"]*", line \d|\.\.\. \d+ (?:more|common))/;
const python = 'Traceback (most recent call last):';
const fewest = 2;
const mostLines = 1000;

/** Finds the trace in a message of several lines; undefined where there is none worth folding. */
export function stackTraceIn(message: string): StackTrace | undefined {
  if (!message.includes('\n')) return undefined;
  const lines = message.trimEnd().split(/\r?\n/, mostLines);
  const frames = lines.filter((line) => frame.test(line)).length;
  if (frames < fewest) return undefined;
  const [from, to] = headOf(lines);
  const rest = [...lines.slice(0, from), ...lines.slice(to)].join('\n');
  return { head: lines.slice(from, to).join('\n'), frames, rest };
}

/** Python says at the end what went wrong, unless a logger has said it before; the others at the beginning. */
function headOf(lines: readonly string[]): readonly [from: number, to: number] {
  if (lines[0]?.trim() === python) {
    const last = lines.findLastIndex((line) => /^\S/.test(line));
    if (last > 0) return [last, last + 1];
  }
  const first = lines.findIndex((line) => frame.test(line) || line.trim() === python);
  return [0, Math.max(1, first)];
}
