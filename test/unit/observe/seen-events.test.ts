import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SeenEvents } from '../../../src/observe/seen-events.ts';

const event = (timestamp: number, message: string, logStream = 's') => ({ timestamp, message, logStream });

describe('events that come by two ways', () => {
  it('pass once each, those that are alike as often as they were written', () => {
    const seen = new SeenEvents();
    assert.equal(seen.live([event(1, 'same'), event(1, 'same'), event(2, 'other')]).length, 3);
    const written = [event(1, 'same'), event(1, 'same'), event(1, 'same'), event(2, 'other'), event(3, 'missed')];
    assert.deepEqual(seen.backfill(written), [event(1, 'same'), event(3, 'missed')]);
    assert.deepEqual(seen.backfill(written), []);
    assert.deepEqual(seen.live([event(3, 'missed'), event(4, 'new')]), [event(4, 'new')]);
    assert.equal(seen.newest, 4);
  });

  it('of different streams are different', () => {
    const seen = new SeenEvents();
    seen.live([event(1, 'x', 'one')]);
    assert.equal(seen.backfill([event(1, 'x', 'two')]).length, 1);
  });
});
