// What CloudWatch has of Lambda's metrics: counted in memory by the minute, and written now and then.
import type { MetricStore } from '../store/metric-store.ts';
import { InvocationCount, type Meters } from './invocation-count.ts';
import { Meter, seriesName, type Minute, type SeriesKey } from './meter.ts';

/** What a killed engine loses at most, ms. */
const writeAfterMs = 5000;
/** Minutes that are written in one turn of the event loop, for invocations wait meanwhile. */
const writtenAtOnce = 100;
/** Meters that are kept ready. */
const mostMeters = 10_000;

const ofAll: SeriesKey = { functionName: '', resource: '', executedVersion: '' };

/** Counts invocations, throttles and events of functions. */
export class FunctionMetrics implements Disposable {
  readonly #store: MetricStore;
  readonly #reportFault: (error: unknown) => void;
  #isWaiting = false;
  readonly #meters = new Map<string, Meter>();
  readonly #counted = new Map<string, Meters>();
  readonly #changed = new Set<Minute>();
  #later: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #onChange = (minute: Minute): void => {
    if (this.#isClosed) return;
    this.#changed.add(minute);
    if (this.#later === undefined) this.#writeLater();
  };

  constructor(store: MetricStore, reportFault: (error: unknown) => void) {
    this.#store = store;
    this.#reportFault = reportFault;
  }

  /** What is counted from now on is lost. */
  [Symbol.dispose](): void {
    this.flush();
    this.#isClosed = true;
  }

  /** Takes all that was counted into the store. */
  flush(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#write([...this.#changed]);
    this.#forgetSome();
  }

  #writeLater(): void {
    this.#later = setTimeout(() => {
      this.#later = undefined;
      this.#writeBitByBit([...this.#changed]);
    }, writeAfterMs).unref();
  }

  #writeBitByBit(left: Minute[]): void {
    this.#write(left.splice(0, writtenAtOnce));
    if (left.length > 0) setImmediate(() => this.#writeBitByBit(left));
    else this.#forgetSome();
  }

  /** But for what has been written meanwhile. */
  #write(minutes: readonly Minute[]): void {
    const changed = minutes.filter((minute) => this.#changed.delete(minute));
    if (changed.length === 0) return;
    for (const minute of changed) minute.hasChanged = false;
    try {
      this.#store.save(changed);
      this.#isWaiting = false;
    } catch (error) {
      // For lack of room, most likely: they are tried again with what changes next.
      if (!this.#isWaiting) this.#reportFault(error);
      this.#isWaiting = true;
      for (const minute of changed) {
        minute.hasChanged = true;
        this.#changed.add(minute);
      }
    }
  }

  /** A function as it was asked for, by its ARN with its qualifier; its events, too. */
  of(functionArn: string): Meter {
    return this.#meter({ ...ofAll, ...namesOf(functionArn) });
  }

  /** An invocation that was asked for. */
  invocation(functionArn: string, version: string): InvocationCount {
    const key = `${functionArn}\n${version}`;
    let meters = this.#counted.get(key);
    if (!meters) {
      const { functionName, resource } = namesOf(functionArn);
      const isAlias = !/:(?:\d+|\$LATEST)$/.test(resource) && resource !== functionName;
      const executedVersion = isAlias ? version : '';
      meters = {
        all: this.#meter(ofAll),
        function: this.#meter({ ...ofAll, functionName }),
        resource: this.#meter({ ...ofAll, functionName, resource }),
        version: this.#meter({ functionName, resource, executedVersion }),
      };
      this.#counted.set(key, meters);
    }
    return new InvocationCount(meters);
  }

  #meter(key: SeriesKey): Meter {
    const name = seriesName(key);
    let meter = this.#meters.get(name);
    if (!meter) {
      meter = new Meter(key, this.#onChange);
      this.#meters.set(name, meter);
    }
    return meter;
  }

  #forgetSome(): void {
    if (this.#meters.size <= mostMeters) return;
    this.#counted.clear();
    for (const [name, { running }] of this.#meters) if (running === 0) this.#meters.delete(name);
  }
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]` */
function namesOf(functionArn: string): Pick<SeriesKey, 'functionName' | 'resource'> {
  const [functionName = '', qualifier] = functionArn.split(':').slice(6);
  return { functionName, resource: qualifier === undefined ? functionName : `${functionName}:${qualifier}` };
}
