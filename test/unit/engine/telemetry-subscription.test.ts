import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TelemetrySubscription } from '../../../src/engine/runtime-api/telemetry-subscription.ts';

/** Takes batches when the test says so. */
class HeldSender {
  readonly batches: (readonly string[])[] = [];
  #waiting: PromiseWithResolvers<void>[] = [];
  #arrived = Promise.withResolvers<void>();

  async send(records: readonly string[]): Promise<void> {
    this.batches.push(records);
    const held = Promise.withResolvers<void>();
    this.#waiting.push(held);
    this.#arrived.resolve();
    return held.promise;
  }

  /** Ends the oldest batch that is under way, or the next one. */
  async end(well = true): Promise<void> {
    if (this.#waiting.length === 0) await this.#arrived.promise;
    this.#arrived = Promise.withResolvers();
    const held = this.#waiting.shift();
    if (well) held?.resolve();
    else held?.reject(new Error('refused'));
  }

  close(): void {
    for (const held of this.#waiting.splice(0)) held.reject(new Error('closed'));
  }
}

const buffering = { maxItems: 3, maxBytes: 1000, timeoutMs: 1 };

function subscribe(more: { maxWaitingBytes?: number; timeoutMs?: number; maxBytes?: number } = {}) {
  const sender = new HeldSender();
  const { maxWaitingBytes, ...others } = more;
  const subscription = new TelemetrySubscription({
    sender,
    buffering: { ...buffering, ...others },
    recordOfDropped: ({ droppedRecords, droppedBytes }) => `dropped ${droppedRecords} of ${droppedBytes}`,
    ...(maxWaitingBytes !== undefined && { maxWaitingBytes }),
  });
  return { sender, subscription };
}

describe('a telemetry subscription', () => {
  it('sends when there is enough, one batch after the other, and the rest in time', async () => {
    const { sender, subscription } = subscribe();
    for (const record of ['1', '2', '3', '4', '5', '6', '7']) subscription.add(record);
    assert.deepEqual(sender.batches, [['1', '2', '3']]);
    await sender.end();
    await sender.end();
    await sender.end();
    await subscription.flush();
    assert.deepEqual(sender.batches.slice(1), [['4', '5', '6'], ['7']]);
  });

  it('sends by bytes too, and a record that is larger than a batch alone', async () => {
    const { sender, subscription } = subscribe({ maxBytes: 10, timeoutMs: 100_000 });
    subscription.add('123456');
    assert.deepEqual(sender.batches, []);
    subscription.add('789012');
    subscription.add('a'.repeat(20));
    const flushed = subscription.flush();
    for (let batch = 0; batch < 3; batch += 1) await sender.end();
    await flushed;
    assert.deepEqual(sender.batches, [['123456'], ['789012'], ['a'.repeat(20)]]);
  });

  it('sends again what has not arrived, and gives it up at the third time', async () => {
    const { sender, subscription } = subscribe();
    subscription.add('once');
    const flushed = subscription.flush();
    await sender.end(false);
    await sender.end();
    await flushed;
    assert.deepEqual(sender.batches, [['once'], ['once']]);
    subscription.add('never');
    const given = subscription.flush();
    for (let attempt = 0; attempt < 3; attempt += 1) await sender.end(false);
    await given;
    subscription.add('later');
    const told = subscription.flush();
    await sender.end();
    await sender.end();
    await told;
    assert.deepEqual(sender.batches.slice(-2), [['later'], ['dropped 1 of 5']]);
  });

  it('drops what a subscriber that does not keep up would have to remember, and says how much', async () => {
    const { sender, subscription } = subscribe({ maxWaitingBytes: 30 });
    const kept = ['a', 'b', 'c'].map((letter) => letter.repeat(10));
    for (const record of [...kept, 'ddd', 'eeeee']) subscription.add(record);
    const flushed = subscription.flush();
    await sender.end();
    await sender.end();
    await flushed;
    assert.deepEqual(sender.batches, [kept, ['dropped 2 of 8']]);
  });

  it('ends a flush when it is closed', async () => {
    const { sender, subscription } = subscribe();
    subscription.add('under way');
    const flushed = subscription.flush();
    subscription.close();
    await flushed;
    subscription.add('late');
    assert.deepEqual(sender.batches, [['under way']]);
  });
});
