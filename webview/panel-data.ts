import type { InvocationTiming } from '../src/observe/timing.ts';
import type { PanelLine } from '../src/protocol/panel.ts';

/** A row of the log list: an invocation's heading, or a line. */
export type LogRow =
  | { readonly kind: 'heading'; readonly key: string; readonly invocation: InvocationTiming }
  | { readonly kind: 'line'; readonly key: string; readonly line: PanelLine };

/** What the host has sent, bounded by `maxLines`. */
export class PanelData {
  maxLines = 50_000;
  lines: PanelLine[] = [];
  dropped = 0;
  readonly invocations = new Map<string, InvocationTiming>();

  reset(maxLines: number): void {
    this.maxLines = maxLines;
    this.lines = [];
    this.dropped = 0;
    this.invocations.clear();
  }

  append(lines: readonly PanelLine[], invocations: readonly InvocationTiming[]): void {
    this.lines = this.lines.concat(lines);
    for (const invocation of invocations) this.invocations.set(invocation.requestId, invocation);
    const excess = this.lines.length - this.maxLines;
    if (excess > 0) {
      this.lines = this.lines.slice(excess);
      this.dropped += excess;
    }
  }
}

export interface RowOptions {
  readonly filter: string;
  readonly grouped: boolean;
  readonly collapsed: ReadonlySet<string>;
}

/**
 * The rows to show. Grouped, each invocation has its heading where its first line came, and its lines below it however they were
 * interleaved; lines of no invocation stand where they came.
 */
export function rowsOf(data: PanelData, { filter, grouped, collapsed }: RowOptions): LogRow[] {
  const needle = filter.trim().toLowerCase();
  const shown = needle
    ? data.lines.filter((line) => line.message.toLowerCase().includes(needle) || line.requestId?.startsWith(needle))
    : data.lines;
  const asRow = (line: PanelLine): LogRow => ({ kind: 'line', key: `l${line.key}`, line });
  if (!grouped) return shown.map(asRow);
  const groups = new Map<string, LogRow[]>();
  const order: (LogRow[] | LogRow)[] = [];
  for (const line of shown) {
    const invocation = line.requestId === undefined ? undefined : data.invocations.get(line.requestId);
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
