import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asTargetChoice, labelOf, statusTextOf } from '../../../src/editor/connection/target-choice.ts';

test('a stored or scripted choice comes back only when it is one', () => {
  assert.deepEqual(asTargetChoice({ kind: 'local', more: 1 }), { kind: 'local' });
  assert.deepEqual(asTargetChoice({ kind: 'aws', profile: 'work', region: 'eu-west-1' }), {
    kind: 'aws',
    profile: 'work',
    region: 'eu-west-1',
  });
  assert.deepEqual(asTargetChoice({ kind: 'aws', profile: 7 }), { kind: 'aws' });
  assert.deepEqual(asTargetChoice({ kind: 'endpoint', url: 'http://127.0.0.1:4566' }), {
    kind: 'endpoint',
    url: 'http://127.0.0.1:4566',
    region: 'us-east-1',
  });
  for (const wrong of [undefined, null, 'local', {}, { kind: 'moon' }, { kind: 'endpoint', url: 'file:///etc' }]) {
    assert.equal(asTargetChoice(wrong), undefined);
  }
});

test('label and status bar tell targets apart', () => {
  const work = { kind: 'aws', profile: 'work', region: 'eu-west-1' } as const;
  assert.equal(labelOf({ kind: 'local' }), 'Local Lambda');
  assert.equal(labelOf(work), 'AWS · work · eu-west-1');
  assert.equal(statusTextOf({ kind: 'local' }), '$(server-process) Lambda: Local');
  assert.equal(statusTextOf(work), '$(cloud) Lambda: work · eu-west-1');
  assert.equal(statusTextOf({ kind: 'aws' }), '$(cloud) Lambda: AWS');
  assert.equal(
    statusTextOf({ kind: 'endpoint', url: 'http://127.0.0.1:4566/x', region: 'us-east-1' }),
    '$(plug) Lambda: 127.0.0.1:4566',
  );
});
