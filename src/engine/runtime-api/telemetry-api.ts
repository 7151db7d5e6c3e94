// The Lambda Telemetry API (2022-07-01) and the older Logs API (2020-08-15) of one runtime process and its extensions.
import type { Subscribed } from '../sandbox/platform-events.ts';
import { recordFor, type TelemetryEvent } from './telemetry-record.ts';
import { InvalidTelemetryRequest, readTelemetryRequest, type TelemetryApiName } from './telemetry-request.ts';
import { senderTo } from './telemetry-sender.ts';
import { TelemetrySubscription } from './telemetry-subscription.ts';

/** A subscription's own events are the platform's, and go to the log as well. */
export type OnSubscribed = (
  type: 'platform.telemetrySubscription' | 'platform.logsSubscription',
  record: Subscribed,
) => void;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Subscriber {
  readonly subscription: TelemetrySubscription;
  readonly add: (event: TelemetryEvent, timestamp: number) => void;
}

/** What of an init is kept for those who subscribe in its course: so many events, and characters of lines. */
const maxKept = { events: 10_000, characters: 4 * 1024 * 1024 };

export class TelemetryApi {
  readonly #onSubscribed: OnSubscribed;
  readonly #subscribers = new Map<string, Subscriber>();
  /** What has been since the init began; undefined once nobody can subscribe any more. */
  #kept: { readonly event: TelemetryEvent; readonly timestamp: number }[] | undefined = [];
  #keptCharacters = 0;
  /** Resolves when the invocation that runs has been reported of. */
  #reported = Promise.withResolvers<void>();

  constructor(onSubscribed: OnSubscribed) {
    this.#onSubscribed = onSubscribed;
    this.#reported.resolve();
  }

  /** Whether there is somebody who is told, or may yet come and be told of all that has been. */
  get isHeard(): boolean {
    return this.#kept !== undefined || this.#subscribers.size > 0;
  }

  publish(event: TelemetryEvent, timestamp: number): void {
    if (!this.isHeard) return;
    if (event.type === 'platform.start') this.#reported = Promise.withResolvers();
    this.#keep(event, timestamp);
    for (const { add } of this.#subscribers.values()) add(event, timestamp);
    if (event.type === 'platform.report') this.#reported.resolve();
  }

  #keep(event: TelemetryEvent, timestamp: number): void {
    const characters = typeof event.record === 'string' ? event.record.length : 0;
    if (!this.#kept || this.#kept.length === maxKept.events) return;
    if (this.#keptCharacters + characters > maxKept.characters) return;
    this.#keptCharacters += characters;
    this.#kept.push({ event, timestamp });
  }

  /** Takes the place of what the extension has asked for before. */
  subscribe(api: TelemetryApiName, name: string, body: Buffer): Answer {
    if (!this.#kept) {
      const errorMessage = `${api} API subscription is closed already`;
      return { status: 403, body: { errorType: `${api}.SubscriptionClosed`, errorMessage } };
    }
    try {
      const request = readTelemetryRequest(api, body);
      const subscription = new TelemetrySubscription({
        buffering: request.buffering,
        sender: senderTo(request.destination),
        recordOfDropped: (record) => recordFor(request, { type: 'platform.logsDropped', record }, Date.now()),
      });
      const add = (event: TelemetryEvent, timestamp: number): void => {
        const record = recordFor(request, event, timestamp);
        if (record !== undefined) subscription.add(record);
      };
      this.#subscribers.get(name)?.subscription.close();
      this.#subscribers.set(name, { subscription, add });
      for (const { event, timestamp } of this.#kept) add(event, timestamp);
      const type = api === 'Telemetry' ? 'platform.telemetrySubscription' : 'platform.logsSubscription';
      this.#onSubscribed(type, { name, state: 'Subscribed', types: request.categories });
      return { status: 200, body: 'OK' };
    } catch (error) {
      if (!(error instanceof InvalidTelemetryRequest)) throw error;
      return { status: 400, body: { errorType: 'ValidationError', errorMessage: error.message } };
    }
  }

  /** The init is over. */
  closeSubscription(): void {
    this.#kept = undefined;
  }

  /** Resolves when every subscriber has what there is for it, with the report of the invocation that runs. */
  async flush(): Promise<void> {
    if (this.#subscribers.size === 0) return;
    await this.#reported.promise;
    await Promise.all([...this.#subscribers.values()].map(async ({ subscription }) => subscription.flush()));
  }

  close(): void {
    this.#kept = undefined;
    for (const { subscription } of this.#subscribers.values()) subscription.close();
    this.#subscribers.clear();
  }
}
