import type { FromQueryPage } from '../src/protocol/query.ts';
import type { QueryState } from './query-time.ts';

interface VsCodeApi {
  postMessage(message: FromQueryPage): void;
  getState(): Partial<QueryState> | undefined;
  setState(state: QueryState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export const queryHost = acquireVsCodeApi();
