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
