import { html, nothing, type TemplateResult } from 'lit';
import type { PanelLine, TailStatus } from '../src/protocol/panel.ts';
import { filterNote } from './filter-note.ts';
import { counted } from './format.ts';
import { host, type ViewState } from './host.ts';
import type { LogFeed } from './log-feed.ts';
import { logTools } from './log-tools.ts';
import type { LogView } from './log-view.ts';
import type { PanelLog } from './panel-log.ts';
import { sourceFilterNote } from './source-filter.ts';
import type { SourcePlace } from './source-frames.ts';
import { noFilter } from './view-state.ts';
import { t } from './translate.ts';

/** What the panel shows. */
export interface LogSectionState {
  readonly tail: TailStatus;
  readonly view: ViewState;
  readonly functionNames: readonly string[];
  readonly filterPattern: string;
  readonly hasTraces: boolean;
  readonly columnNames: readonly string[];
  readonly wrongTime: boolean;
  readonly collapsed: ReadonlySet<string>;
  readonly selected: string | undefined;
}

export interface LogSectionOptions {
  readonly log: PanelLog;
  readonly feed: LogFeed;
  readonly logView: LogView;
  readonly onChange: (change: Partial<ViewState>) => void;
  readonly onFilterPattern: (filterPattern: string) => void;
  readonly onOpenColumns: () => void;
  readonly onGoTo: (words: string) => void;
  readonly onToggle: (requestId: string) => void;
  readonly onCopy: (lines: readonly PanelLine[]) => void;
}

/** The log with its tools, and what is to be known of lines that are not shown. */
export function logSection(state: LogSectionState, options: LogSectionOptions): TemplateResult {
  const { tail, view, functionNames, filterPattern, columnNames, wrongTime } = state;
  const { log, feed, logView, onChange, onFilterPattern } = options;
  const { shown, filter, left } = logView;
  const { dropped, size } = log;
  return html`
    <section class="log-section" aria-label=${t('Log')}>
      ${logTools({
        ...options,
        view,
        functionNames,
        filterPattern,
        columnNames,
        wrongTime,
        onCopy: () => options.onCopy(log.shownLines()),
        onExport: () => host.postMessage({ type: 'export', keys: log.shownLines().map(({ key }) => key) }),
      })}
      ${sourceFilterNote({
        filterPattern,
        problem: tail.state === 'stopped' ? tail.detail : undefined,
        onClear: () => onFilterPattern(''),
      })}
      ${filterNote({ filter, view, lines: shown.rows.lines, all: size, left, onClear: () => onChange(noFilter) })}
      ${
        dropped > 0
          ? html`<p class="note">
              ${t('The oldest {0} lines have left the panel; it keeps {1}.', counted(dropped), counted(feed.maxLines))}
            </p>`
          : nothing
      }
      <log-list
        .shown=${shown}
        .follow=${view.follow && !feed.paused}
        .collapsed=${state.collapsed}
        .selected=${state.selected}
        .utc=${view.utc}
        .columns=${view.columns}
        .functionNames=${functionNames}
        @toggle-invocation=${(event: CustomEvent<string>) => options.onToggle(event.detail)}
        .hasTraces=${state.hasTraces}
        @open-source=${openSource}
        @open-trace=${openTrace}
        @copy-invocation=${({ detail }: CustomEvent<string>) => options.onCopy(log.linesOf(detail))}
        @stop-following=${() => onChange({ follow: false })}
      ></log-list>
    </section>
  `;
}

const openSource = ({ detail, target }: CustomEvent<SourcePlace>): void =>
  host.postMessage({ type: 'open', ...detail, ...functionOf(target) });

const openTrace = ({ detail, target }: CustomEvent<string>): void =>
  host.postMessage({ type: 'trace', traceId: detail, ...functionOf(target) });

/** The row says whose line it is. */
function functionOf(target: EventTarget | null): { readonly functionName?: string } {
  const row = target instanceof Element ? target.closest<HTMLElement>('.log-row') : undefined;
  const functionName = row?.dataset['function'];
  return functionName === undefined ? {} : { functionName };
}
