import type { LogsDropped } from '../sandbox/platform-events.ts';
import type { Buffering } from './telemetry-request.ts';
import type { TelemetrySender } from './telemetry-sender.ts';

export interface SubscriptionOptions {
  readonly buffering: Buffering;
  readonly sender: TelemetrySender;
  /** As a record for this subscriber; undefined where it does not want to know. */
  readonly recordOfDropped: (dropped: LogsDropped) => string | undefined;
  /** What may wait for a subscriber that does not keep up, bytes. */
  readonly maxWaitingBytes?: number;
}

const defaultMaxWaitingBytes = 16 * 1024 * 1024;
const attempts = 3;

/**
 * What one subscriber is still to get: kept until there is enough of it or its time has come, and sent batch after batch. What does not
 * arrive is sent again, three times in all; what is too much is dropped, and the subscriber is told how much when it goes on.
 */
export class TelemetrySubscription {
  readonly #options: SubscriptionOptions;
  #waiting: { readonly record: string; readonly bytes: number }[] = [];
  #bytes = 0;
  #dropped = { records: 0, bytes: 0 };
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
  }

  /** A JSON record. */
  add(record: string): void {
    const bytes = Buffer.byteLength(record);
    if (this.#closed) return;
    if (this.#bytes + bytes > (this.#options.maxWaitingBytes ?? defaultMaxWaitingBytes)) {
      this.#drop([{ bytes }]);
      return;
    }
    this.#waiting.push({ record, bytes });
    this.#bytes += bytes;
    this.#plan();
  }

  /** Resolves when all has been sent, or given up. */
  async flush(): Promise<void> {
    while (!this.#closed && (this.#sending || this.#waiting.length > 0)) await (this.#sending ?? this.#send());
  }

  /** Drops what is left. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#options.sender.close();
  }

  #plan(): void {
    if (this.#sending || this.#closed) return;
    const { maxItems, maxBytes, timeoutMs } = this.#options.buffering;
    if (this.#failures === 0 && (this.#waiting.length >= maxItems || this.#bytes >= maxBytes)) void this.#send();
    else this.#timer ??= setTimeout(() => void this.#send(), timeoutMs);
  }

  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending = this.#sendBatch();
    await this.#sending;
    this.#sending = undefined;
    if (this.#waiting.length > 0) this.#plan();
  }

  async #sendBatch(): Promise<void> {
    const count = this.#batchLength();
    try {
      await this.#options.sender.send(this.#waiting.slice(0, count).map(({ record }) => record));
      this.#failures = 0;
      this.#take(count);
      this.#tellDropped();
    } catch {
      this.#failures += 1;
      if (this.#failures < attempts || this.#closed) return;
      this.#failures = 0;
      this.#drop(this.#take(count));
    }
  }

  #batchLength(): number {
    const { maxItems, maxBytes } = this.#options.buffering;
    let bytes = 0;
    const tooFar = this.#waiting.findIndex((one, index) => {
      bytes += one.bytes;
      return index === maxItems || (bytes > maxBytes && index > 0);
    });
    return tooFar < 0 ? this.#waiting.length : tooFar;
  }

  #take(count: number): { readonly bytes: number }[] {
    const taken = this.#waiting.splice(0, count);
    for (const { bytes } of taken) this.#bytes -= bytes;
    return taken;
  }

  #drop(records: readonly { readonly bytes: number }[]): void {
    this.#dropped.records += records.length;
    for (const { bytes } of records) this.#dropped.bytes += bytes;
  }

  #tellDropped(): void {
    if (this.#dropped.records === 0) return;
    const { records, bytes } = this.#dropped;
    this.#dropped = { records: 0, bytes: 0 };
    const reason = 'Consumer seems to have fallen behind as it has not acknowledged receipt of logs.';
    const record = this.#options.recordOfDropped({ reason, droppedRecords: records, droppedBytes: bytes });
    if (record !== undefined) this.add(record);
  }
}
