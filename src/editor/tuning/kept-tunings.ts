import type { Memento } from 'vscode';
import type { TuningOutcome } from '../../observe/tuning.ts';

const storageKey = 'tunings';
/** Workspace state is held in memory and written whole. */
const mostKept = 30;

/** What was measured, and when, ms since the epoch. */
export interface KeptTuning {
  readonly outcome: TuningOutcome;
  readonly at: number;
}

export interface TuningPlace {
  /** The target's label. */
  readonly target: string;
  readonly functionName: string;
}

const keyOf = ({ target, functionName }: TuningPlace): string => `${target}\n${functionName}`;

/** The last tuning of each function; kept per workspace, as it may have cost money. */
export class KeptTunings {
  readonly #state: Memento;

  constructor(state: Memento) {
    this.#state = state;
  }

  of(place: TuningPlace): KeptTuning | undefined {
    return this.#all()[keyOf(place)];
  }

  async keep(place: TuningPlace, kept: KeptTuning): Promise<void> {
    const others = Object.entries(this.#all()).filter(([key]) => key !== keyOf(place));
    const newest = others.sort(([, one], [, other]) => other.at - one.at).slice(0, mostKept - 1);
    await this.#state.update(storageKey, Object.fromEntries([...newest, [keyOf(place), kept]]));
  }

  #all(): Record<string, KeptTuning> {
    return this.#state.get<Record<string, KeptTuning>>(storageKey, {});
  }
}
