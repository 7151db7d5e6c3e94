// What CloudWatch has of Lambda's metrics: counted in memory by the minute, and written now and then.
import type { MetricStore } from '../store/metric-store.ts';
import { InvocationCount, type Meters } from './invocation-count.ts';
import { Meter, seriesName, type Minute, type SeriesKey } from './meter.ts';

/** What a killed engine loses at most, ms. */
const writeAfterMs = 5000;
/** Meters that are kept ready. */
const mostMeters = 10_000;

const ofAll: SeriesKey = { functionName: '', resource: '', executedVersion: '' };

/** Counts invocations, throttles and events of functions. */
export class FunctionMetrics implements Disposable {
  readonly #store: MetricStore;
  readonly #meters = new Map<string, Meter>();
  readonly #counted = new Map<string, Meters>();
  #changed = new Set<Minute>();
  #later: NodeJS.Timeout | undefined;
  readonly #onChange = (minute: Minute): void => {
    this.#changed.add(minute);
    this.#later ??= setTimeout(() => this.flush(), writeAfterMs).unref();
  };

  constructor(store: MetricStore) {
    this.#store = store;
  }

  [Symbol.dispose](): void {
    this.flush();
  }

  /** Takes all that was counted into the store. */
  flush(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    const changed = this.#changed;
    this.#changed = new Set();
    if (changed.size > 0) this.#store.save([...changed]);
    this.#forgetSome();
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
