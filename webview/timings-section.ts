import { html, nothing, type TemplateResult } from 'lit';
import type { FunctionHistory } from '../src/observe/function-history.ts';
import type { InvocationTiming } from '../src/observe/timing.ts';
import { costView, type CostSettings } from './cost-view.ts';
import { distributionView } from './distribution-view.ts';
import { historyView } from './history-view.ts';
import './timing-chart.ts';
import { timingSummary } from './timing-summary.ts';
import { timingTable } from './timing-table.ts';

const tabs = { invocations: 'Invocations', distribution: 'Distribution', cost: 'Cost', history: 'History' } as const;
export type TimingsTab = keyof typeof tabs;

/** What of the view the timings keep. */
export interface TimingsView extends CostSettings {
  readonly tab: TimingsTab;
}

export const firstTimingsView: TimingsView = { tab: 'invocations', architecture: 'x86_64', monthly: 1_000_000 };

export interface TimingsSectionOptions {
  readonly invocations: readonly InvocationTiming[];
  /** Of the panel, and the one of them that all is of, where it is one. */
  readonly functionNames: readonly string[];
  readonly functionName: string | undefined;
  readonly history: FunctionHistory | undefined;
  readonly view: TimingsView;
  readonly selected: string | undefined;
  readonly utc: boolean;
  readonly onChange: (change: Partial<TimingsView>) => void;
  readonly onSelect: (requestId: string) => void;
}

/** The figures, and below them one of four ways to look at the invocations. */
export function timingsSection(options: TimingsSectionOptions): TemplateResult {
  const { invocations, view, onChange } = options;
  return html`
    <section class="timings-section" aria-label="Timings">
      ${timingSummary(invocations)}
      <div
        class="tabs"
        role="tablist"
        aria-label="Timings"
        @keydown=${(event: KeyboardEvent) => moveTab(event, options)}
      >
        ${(Object.keys(tabs) as TimingsTab[]).map(
          (tab) =>
            html`<button
              role="tab"
              id="tab-${tab}"
              aria-selected=${tab === view.tab}
              aria-controls="timings-panel"
              tabindex=${tab === view.tab ? 0 : -1}
              @click=${() => onChange({ tab })}
            >
              ${tabs[tab]}
            </button>`,
        )}
      </div>
      <div class="timings-panel" id="timings-panel" role="tabpanel" aria-labelledby="tab-${view.tab}">
        ${tabPanel(options)}
      </div>
    </section>
  `;
}

function tabPanel({
  invocations,
  functionNames,
  functionName,
  history,
  view,
  selected,
  utc,
  onChange,
  onSelect,
}: TimingsSectionOptions): TemplateResult {
  switch (view.tab) {
    case 'distribution':
      return distributionView(invocations);
    case 'cost':
      return costView({ invocations, settings: view, onChange });
    case 'history':
      return functionName === undefined
        ? html`<p class="note">Each function has a history of its own: choose one in the tools over the log.</p>`
        : historyView(history);
    default:
      return html`
        ${
          invocations.some(({ durationMs }) => durationMs !== undefined)
            ? html`<timing-chart
                .invocations=${invocations}
                .utc=${utc}
                @select-invocation=${(event: CustomEvent<string>) => onSelect(event.detail)}
              ></timing-chart>`
            : nothing
        }
        ${timingTable({ invocations, functionNames, selected, utc, onSelect })}
      `;
  }
}

/** Arrow keys go from tab to tab, as WAI-ARIA's pattern for tabs has it. */
function moveTab(event: KeyboardEvent, { view, onChange }: TimingsSectionOptions): void {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return;
  const names = Object.keys(tabs) as TimingsTab[];
  const tab = names[(names.indexOf(view.tab) + step + names.length) % names.length] ?? 'invocations';
  onChange({ tab });
  const list = event.currentTarget;
  if (list instanceof HTMLElement) list.querySelector<HTMLElement>(`#tab-${tab}`)?.focus();
}
