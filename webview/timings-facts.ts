import type { FunctionHistory, GroupChoice } from '../src/observe/function-history.ts';
import type { ToPanel } from '../src/protocol/panel.ts';
import type { ComparedChange, ComparedSides } from './comparison-view.ts';
import { CostBasisSource, type CostBasis } from './cost-basis.ts';
import { HistorySource } from './history-source.ts';
import { ThrottlesSource } from './throttles.ts';
import type { TimingsView } from './timings-section.ts';

/** What of a panel's functions is looked at. */
export interface LookedAt {
  readonly target: string;
  readonly functionNames: readonly string[];
  /** Of several functions, the one that is chosen. */
  readonly chosen: string | undefined;
}

const onlyOf = ({ functionNames, chosen }: LookedAt): string | undefined =>
  chosen ?? (functionNames.length === 1 ? functionNames[0] : undefined);

/** A choice of what to compare is of this function on this target, and of no other. */
const placeOf = (at: LookedAt): string => `${at.target}\n${onlyOf(at)}`;

const comparedIn = ({ compared, comparedOf }: TimingsView, at: LookedAt): ComparedSides =>
  comparedOf === placeOf(at) ? { ...compared } : {};

const withoutAny = ({ code, memorySizeMB, architecture }: ComparedChange['change']): GroupChoice => ({
  ...(code !== undefined && { code }),
  ...(memorySizeMB !== undefined && { memorySizeMB }),
  ...(architecture !== undefined && { architecture }),
});

/** What the host knows of the functions beside their log: their kept timings, how they are set up, and what was refused. */
export class TimingsFacts {
  readonly #history = new HistorySource();
  readonly #costs = new CostBasisSource();
  readonly throttles = new ThrottlesSource();

  get history(): FunctionHistory | undefined {
    return this.#history.history;
  }

  forget(): void {
    this.#history.forget();
    this.#costs.forget();
    this.throttles.forget();
  }

  take(message: Extract<ToPanel, { type: 'history' | 'configuration' | 'throttles' }>): void {
    if (message.type === 'history') this.#history.take(message.history);
    else if (message.type === 'throttles') this.throttles.take(message);
    else this.#costs.take(message.configuration);
  }

  basis(view: TimingsView, { functionNames, chosen }: LookedAt): CostBasis {
    return this.#costs.of(view, chosen === undefined ? functionNames : [chosen]);
  }

  /** Asks for the history where it is shown: it changes with each invocation. */
  ask(view: TimingsView, at: LookedAt): void {
    const { tab } = view;
    if ((tab !== 'history' && tab !== 'cost') || onlyOf(at) === undefined) return;
    const { region } = this.basis(view, at);
    const choice = { ...comparedIn(view, at), region };
    this.#history.ask({ functionName: at.chosen, choice });
  }

  /** The view after a change of what is seen side by side, to which more may come before the host has answered. */
  compare({ side, change }: ComparedChange, view: TimingsView, at: LookedAt): Partial<TimingsView> {
    const sides: ComparedSides = { ...this.history?.comparison?.choice, ...comparedIn(view, at) };
    const { before = {}, after = {} } = sides;
    const merged = { ...(side === 'before' ? before : after), ...change };
    return { compared: { before, after, [side]: withoutAny(merged) }, comparedOf: placeOf(at) };
  }
}
