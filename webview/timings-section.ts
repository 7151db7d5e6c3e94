import { html, nothing, type TemplateResult } from 'lit';
import type { FunctionHistory } from '../src/observe/function-history.ts';
import type { InvocationTiming } from '../src/observe/timing.ts';
import type { Throttled } from '../src/protocol/panel.ts';
import type { CostBasis, CostSettings } from './cost-basis.ts';
import { costView } from './cost-view.ts';
import type { ComparedChange, ComparedSides } from './comparison-view.ts';
import { distributionView } from './distribution-view.ts';
import { historyView } from './history-view.ts';
import './timing-chart.ts';
import { timingSummary } from './timing-summary.ts';
import { timingTable } from './timing-table.ts';
import { t } from './translate.ts';

const tabs = {
  invocations: () => t('Invocations'),
  distribution: () => t('Distribution'),
  cost: () => t('Cost'),
  history: () => t('History'),
} as const;
export type TimingsTab = keyof typeof tabs;

/** What of the view the timings keep. */
export interface TimingsView extends CostSettings {
  readonly tab: TimingsTab;
  /** What is seen side by side in the history; empty: the newest two. */
  readonly compared: ComparedSides;
  /** Of which target and function that was chosen. */
  readonly comparedOf: string;
}

export const firstTimingsView: TimingsView = {
  tab: 'invocations',
  architecture: '',
  region: '',
  monthly: 1_000_000,
  compared: {},
  comparedOf: '',
};

export interface TimingsSectionOptions {
  readonly invocations: readonly InvocationTiming[];
  readonly throttles: readonly Throttled[];
  /** Why throttles are not known. */
  readonly throttlesProblem: string | undefined;
  /** Of the panel, and the one of them that all is of, where it is one. */
  readonly functionNames: readonly string[];
  readonly functionName: string | undefined;
  readonly history: FunctionHistory | undefined;
  readonly basis: CostBasis;
  readonly view: TimingsView;
  readonly selected: string | undefined;
  readonly utc: boolean;
  readonly onChange: (change: Partial<TimingsView>) => void;
  readonly onCompare: (change: ComparedChange) => void;
  readonly onSelect: (requestId: string) => void;
}

/** The figures, and below them one of four ways to look at the invocations. */
export function timingsSection(options: TimingsSectionOptions): TemplateResult {
  const { view, throttlesProblem, onChange } = options;
  return html`
    <section class="timings-section" aria-label=${t('Timings')}>
      ${timingSummary(options)}
      ${throttlesProblem === undefined ? nothing : html`<p class="note" role="status">${throttlesProblem}</p>`}
      <div
        class="tabs"
        role="tablist"
        aria-label=${t('Timings')}
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
              ${tabs[tab]()}
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
  throttles,
  functionNames,
  functionName,
  history,
  basis,
  view,
  selected,
  utc,
  onChange,
  onCompare,
  onSelect,
}: TimingsSectionOptions): TemplateResult {
  switch (view.tab) {
    case 'distribution':
      return distributionView(invocations);
    case 'cost':
      return costView({
        invocations,
        settings: view,
        basis,
        history: functionName === undefined ? undefined : history,
        onChange,
      });
    case 'history':
      return functionName === undefined
        ? html`<p class="note">
            ${t('Each function has a history of its own: choose one in the tools over the log.')}
          </p>`
        : historyView({ history, onCompare });
    default:
      return html`
        ${
          invocations.some(({ durationMs }) => durationMs !== undefined)
            ? html`<timing-chart
                .invocations=${invocations}
                .throttles=${throttles}
                .utc=${utc}
                @select-invocation=${(event: CustomEvent<string>) => onSelect(event.detail)}
              ></timing-chart>`
            : nothing
        }
        ${timingTable({ invocations, throttles, functionNames, selected, utc, onSelect })}
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
