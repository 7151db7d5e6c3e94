import type { ViewState } from './host.ts';
import { firstTimingsView } from './timings-section.ts';

/** What shows every line. */
export const noFilter = {
  filter: '',
  pattern: false,
  only: 'all',
  level: 'debug',
  functionName: '',
} as const satisfies Partial<ViewState>;

/** As a panel opens for the first time. */
export const firstView: ViewState = {
  ...noFilter,
  filterPattern: '',
  utc: false,
  grouped: true,
  follow: true,
  columns: [],
  timings: firstTimingsView,
};

/** As a panel opens: what was stored before the window was reloaded, and what is new since it was. */
export const openedView = (stored: Partial<ViewState> | undefined): ViewState => {
  return { ...firstView, ...stored, timings: { ...firstTimingsView, ...stored?.timings } };
};
