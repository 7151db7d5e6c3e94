import type { InvocationTiming } from '../src/observe/timing.ts';
import type { PanelLine } from '../src/protocol/panel.ts';
import { isFailed } from './invocation-words.ts';

/** A row of the log list: an invocation's heading, or a line. */
export type LogRow =
  | { readonly kind: 'heading'; readonly key: string; readonly invocation: InvocationTiming }
  | { readonly kind: 'line'; readonly key: string; readonly line: PanelLine };

/** What the panel shows at one moment. */
export interface Snapshot {
  readonly lines: readonly PanelLine[];
  readonly invocations: ReadonlyMap<string, InvocationTiming>;
  /** Lines that were sent since the last reset and have left the panel. */
  readonly dropped: number;
}

export const nothingYet: Snapshot = { lines: [], invocations: new Map(), dropped: 0 };

/** The next moment: with what has come, and without the oldest lines past `maxLines`. Earlier snapshots stay as they are. */
export function withAppended(
  before: Snapshot,
  added: { readonly lines: readonly PanelLine[]; readonly invocations: readonly InvocationTiming[] },
  maxLines: number,
): Snapshot {
  const invocations = new Map(before.invocations);
  for (const invocation of added.invocations) {
    const { requestId, startedAt } = invocation;
    // A retried event starts again under its request id: it is the newest then.
    if (invocations.get(requestId)?.startedAt !== startedAt) invocations.delete(requestId);
    invocations.set(requestId, invocation);
  }
  const lines = before.lines.concat(added.lines);
  const excess = Math.max(0, lines.length - maxLines);
  if (excess > 0) {
    const leaving = new Set(lines.splice(0, excess).map((line) => line.requestId));
    for (const line of lines) leaving.delete(line.requestId);
    for (const requestId of leaving) if (requestId !== undefined) invocations.delete(requestId);
  }
  return { lines, invocations, dropped: before.dropped + excess };
}

export interface RowOptions {
  readonly only?: 'all' | 'failed' | 'cold';
  readonly grouped: boolean;
  readonly collapsed: ReadonlySet<string>;
}

/**
 * The rows to show. Grouped, each invocation has its heading where its first line came, and its lines below it however they were
 * interleaved; lines of no invocation stand where they came.
 */
export function rowsOf(
  { lines, invocations }: Pick<Snapshot, 'lines' | 'invocations'>,
  { only = 'all', grouped, collapsed }: RowOptions,
): LogRow[] {
  const isWanted = (line: PanelLine): boolean => {
    const invocation = line.requestId === undefined ? undefined : invocations.get(line.requestId);
    return invocation !== undefined && (only === 'failed' ? isFailed(invocation) : invocation.coldStart === true);
  };
  const shown = only === 'all' ? lines : lines.filter(isWanted);
  const asRow = (line: PanelLine): LogRow => ({ kind: 'line', key: `l${line.key}`, line });
  if (!grouped) return shown.map(asRow);
  const groups = new Map<string, LogRow[]>();
  const order: (LogRow[] | LogRow)[] = [];
  for (const line of shown) {
    const invocation = line.requestId === undefined ? undefined : invocations.get(line.requestId);
    if (!invocation) {
      order.push(asRow(line));
      continue;
    }
    let group = groups.get(invocation.requestId);
    if (!group) {
      group = [{ kind: 'heading', key: `h${invocation.requestId}`, invocation }];
      groups.set(invocation.requestId, group);
      order.push(group);
    }
    if (!collapsed.has(invocation.requestId)) group.push(asRow(line));
  }
  return order.flat();
}
