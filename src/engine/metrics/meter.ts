import { Samples, type MetricName } from './samples.ts';

/** Whose samples they are. Empty: of all functions, of all ways to invoke one, of whichever version ran. */
export interface SeriesKey {
  readonly functionName: string;
  /** As it was asked for: `name`, `name:alias` or `name:7`. */
  readonly resource: string;
  /** Of aliases only: the version that ran. */
  readonly executedVersion: string;
}

export const seriesName = ({ functionName, resource, executedVersion }: SeriesKey): string =>
  `${functionName}\n${resource}\n${executedVersion}`;

/** Of one series, what a minute has. */
export class Minute {
  readonly key: SeriesKey;
  /** Since the epoch. */
  readonly minute: number;
  readonly samples = new Map<MetricName, Samples>();
  /** Of the store, once it is there. */
  row: number | undefined;
  /** Since it was written. */
  hasChanged = false;

  constructor(key: SeriesKey, minute: number) {
    this.key = key;
    this.minute = minute;
  }
}

export const minuteMs = 60_000;

/** Counts for one series, in memory: plain numbers, for every invocation passes here. */
export class Meter {
  readonly key: SeriesKey;
  /** Invocations of it that run. */
  running = 0;
  readonly #onChange: (minute: Minute) => void;
  #latest: Minute | undefined;

  constructor(key: SeriesKey, onChange: (minute: Minute) => void) {
    this.key = key;
    this.#onChange = onChange;
  }

  /** `at`: when what is counted began, ms since the epoch. */
  count(name: MetricName, value: number, at = Date.now()): void {
    const minute = this.#minute(Math.floor(at / minuteMs));
    let samples = minute.samples.get(name);
    if (!samples) {
      samples = new Samples(name);
      minute.samples.set(name, samples);
    }
    samples.add(value);
    if (minute.hasChanged) return;
    minute.hasChanged = true;
    this.#onChange(minute);
  }

  /** A minute that is over gets a record of its own for what comes late to it: both count. */
  #minute(at: number): Minute {
    if (this.#latest?.minute !== at) this.#latest = new Minute(this.key, at);
    return this.#latest;
  }
}
