// Stack traces whose lines arrived as log events of their own.
import type { PanelLine } from '../src/protocol/panel.ts';
import type { StackTrace } from './stack-trace.ts';

/** Fewer are shown as they are. */
export const fewestFrames = 2;

/** Java: at …; Ruby: from FILE:LINE:in …; Python's stand under its own heading. */
const frame = /^\s+(?:at \S|from \S+:\d+:in |File "[^"]*", line \d)/;
/** Java, between frames or after them. */
const between = /^(?:Caused by: \S|\s+Suppressed: \S|\s+\.\.\. \d+ (?:more|common))/;
const python = 'Traceback (most recent call last):';
/** What Python says at the end: the error's name, with or without words. */
const pythonEnd = /^[A-Za-z_][\w.]*(?:: |:?\s*$)/;

/** Whether a line goes on with the trace that `head` began; `last` is the line that was added to it last. */
export function continuesTrace(head: PanelLine, last: PanelLine | undefined, line: PanelLine): boolean {
  const { message } = line;
  if (line.source === 'platform' || head.source === 'platform') return false;
  if (line.logStream !== head.logStream || line.requestId !== head.requestId) return false;
  if (line.functionName !== head.functionName) return false;
  const first = message.charCodeAt(0);
  const isIndented = first === 9 || first === 32;
  const isPython = isPythonHead(head);
  // Most lines are neither: one look at the first letter settles them.
  if (!isIndented && first !== 67 && !isPython) return false;
  if (isPython) {
    if (last && !/^\s/.test(last.message)) return false;
    return isIndented || (last !== undefined && pythonEnd.test(message));
  }
  if (head.message.startsWith('{')) return false;
  return frame.test(message) || (last !== undefined && between.test(message));
}

/** What a trace of several events says in one line, and all of it. */
export function traceOfEvents(head: PanelLine, others: readonly PanelLine[]): StackTrace {
  const texts = [head, ...others].map(({ message }) => message.replace(/[\r\n]+$/, ''));
  const frames = texts.filter((text) => frame.test(text)).length;
  const end = texts.at(-1) ?? '';
  return isPythonHead(head) && !/^\s/.test(end)
    ? { head: end, frames, rest: texts.slice(0, -1).join('\n') }
    : { head: texts[0] ?? '', frames, rest: texts.slice(1).join('\n') };
}

const isPythonHead = ({ message }: PanelLine): boolean =>
  message.length < python.length + 3 && message.trimEnd() === python;
