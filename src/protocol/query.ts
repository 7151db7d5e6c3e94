/** A query of Logs Insights by its name. */
export interface NamedQuery {
  readonly name: string;
  readonly query: string;
}

/** The last so many ms, or from a time to another, ms since the epoch. */
export type QueryTime = { readonly lastMs: number } | { readonly from: number; readonly to: number };

export interface QueryTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly bytesScanned: number;
  readonly recordsScanned: number;
  readonly recordsMatched: number;
}

/** Host → query page. */
export type ToQueryPage =
  | {
      readonly type: 'begin';
      readonly functionNames: readonly string[];
      readonly target: string;
      readonly builtIn: readonly NamedQuery[];
      readonly saved: readonly NamedQuery[];
    }
  | { readonly type: 'saved'; readonly saved: readonly NamedQuery[] }
  | { readonly type: 'results'; readonly state: 'running' | 'complete' | 'cancelled'; readonly table: QueryTable }
  /** `unavailable`: the target has no Logs Insights. */
  | { readonly type: 'failed'; readonly problem: string; readonly unavailable: boolean };

/** Query page → host. */
export type FromQueryPage =
  | { readonly type: 'ready' }
  | { readonly type: 'run'; readonly query: string; readonly time: QueryTime }
  | { readonly type: 'cancel' }
  /** Keeps a query under a name; one of that name is replaced. */
  | { readonly type: 'save'; readonly name: string; readonly query: string }
  | { readonly type: 'delete'; readonly name: string }
  /** Asks for an invocation; `at`: of a line of it, ms since the epoch; `log`: its log group as a result names it. */
  | { readonly type: 'show'; readonly requestId: string; readonly at?: number; readonly log?: string }
  /** Asks for the functions' log panel. */
  | { readonly type: 'logs' };

/** Guards what arrives from the page: anything else is dropped. */
export function isFromQueryPage(value: unknown): value is FromQueryPage {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const isText = (key: string): boolean => typeof Reflect.get(value, key) === 'string';
  switch (value.type) {
    case 'ready':
    case 'cancel':
    case 'logs':
      return true;
    case 'run':
      return isText('query') && 'time' in value && isQueryTime(value.time);
    case 'save':
      return isText('name') && isText('query');
    case 'delete':
      return isText('name');
    case 'show':
      return (
        isText('requestId') && (!('at' in value) || Number.isFinite(value.at)) && (!('log' in value) || isText('log'))
      );
    default:
      return false;
  }
}

function isQueryTime(value: unknown): value is QueryTime {
  if (typeof value !== 'object' || value === null) return false;
  if ('lastMs' in value) return Number.isFinite(value.lastMs) && Number(value.lastMs) > 0;
  return 'from' in value && 'to' in value && Number.isFinite(value.from) && Number.isFinite(value.to);
}
