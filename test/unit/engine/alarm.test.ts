import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Alarm } from '../../../src/engine/alarm.ts';

let now = 0;
let rings: number[] = [];
let alarm: Alarm;

/** In steps of one, as the timers have it. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 1) {
    now += 1;
    mock.timers.tick(1);
  }
}

beforeEach(() => {
  now = 0;
  rings = [];
  mock.method(performance, 'now', () => now);
  mock.timers.enable({ apis: ['setTimeout'] });
  alarm = new Alarm(() => rings.push(now));
});
afterEach(() => {
  alarm[Symbol.dispose]();
  mock.timers.reset();
  mock.restoreAll();
});

void test('rings once, at its time', () => {
  alarm.set(10);
  pass(9);
  assert.deepEqual(rings, []);
  pass(30);
  assert.deepEqual(rings, [10]);
});

void test('set again, it rings at the later time alone', () => {
  alarm.set(10);
  pass(6);
  alarm.set(10);
  pass(9);
  assert.deepEqual(rings, []);
  pass(20);
  assert.deepEqual(rings, [16]);
});

void test('set again for an earlier time, it rings then, and not again', () => {
  alarm.set(100);
  pass(5);
  alarm.set(10);
  pass(200);
  assert.deepEqual(rings, [15]);
});

void test('cleared, it does not ring until it is set again', () => {
  alarm.set(10);
  alarm.clear();
  pass(20);
  assert.deepEqual(rings, []);
  alarm.set(5);
  pass(20);
  assert.deepEqual(rings, [25]);
});

void test('may be set while it rings', () => {
  using repeated = new Alarm(() => {
    rings.push(now);
    if (rings.length < 3) repeated.set(10);
  });
  repeated.set(10);
  pass(100);
  assert.deepEqual(rings, [10, 20, 30]);
});

void test('is silent once it is disposed of', () => {
  alarm.set(10);
  alarm[Symbol.dispose]();
  pass(20);
  assert.deepEqual(rings, []);
});
