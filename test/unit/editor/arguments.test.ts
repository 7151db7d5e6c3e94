import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedArguments } from '../../../src/editor/commands/arguments.ts';
import { Problem } from '../../../src/problem.ts';

test('tree items and scripts name the function the same way', () => {
  class Item {
    readonly functionName = 'hello';
    readonly label = 'hello';
  }
  assert.deepEqual(namedArguments(new Item()), { functionName: 'hello', confirmed: false });
  assert.deepEqual(namedArguments({ functionName: 'hello', confirmed: true }), {
    functionName: 'hello',
    confirmed: true,
  });
  assert.deepEqual(namedArguments(undefined), {});
  assert.deepEqual(namedArguments('hello'), {});
});

test('a payload is JSON text, or any value to be sent as JSON', () => {
  assert.equal(namedArguments({ payload: '{"a":1}' }).payload, '{"a":1}');
  assert.equal(namedArguments({ payload: { a: 1 } }).payload, '{"a":1}');
  assert.equal(namedArguments({ payload: null }).payload, 'null');
  assert.equal(namedArguments({ payload: undefined }).payload, undefined);
});

test('a name that is not text is refused', () => {
  assert.throws(
    () => namedArguments({ functionName: 7 }),
    (error) => error instanceof Problem && error.code === 'BadArgument',
  );
  assert.equal(namedArguments({ functionName: 'f', confirmed: 'yes' }).confirmed, false);
});
