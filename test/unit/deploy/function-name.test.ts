import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemWithFunctionName, suggestFunctionName } from '../../../src/deploy/function-name.ts';

test('a folder suggests its own name, made of what Lambda allows', () => {
  assert.equal(suggestFunctionName('/projects/hello-node'), 'hello-node');
  assert.equal(suggestFunctionName('/projects/my function (v2)'), 'my-function-v2');
  assert.equal(suggestFunctionName('/projects/größe.api'), 'gr-e-api');
  assert.equal(suggestFunctionName('/projects/日本'), 'function');
  assert.equal(suggestFunctionName(`/projects/${'a'.repeat(80)}`), 'a'.repeat(64));
  assert.equal(suggestFunctionName(`/projects/${'a'.repeat(63)} b`), 'a'.repeat(63));
});

test('a name that belongs to another folder gets the parent in front', () => {
  assert.equal(
    suggestFunctionName('/projects/billing/api', (name) => name === 'api'),
    'billing-api',
  );
  assert.equal(
    suggestFunctionName('/projects/billing/api', () => false),
    'api',
  );
});

test('a wrong name is explained, a right one is not', () => {
  assert.equal(problemWithFunctionName('hello_World-2'), undefined);
  assert.match(problemWithFunctionName('') ?? '', /needs a name/);
  assert.match(problemWithFunctionName('a b') ?? '', /letters, digits/);
  assert.match(problemWithFunctionName('a'.repeat(65)) ?? '', /at most 64 characters; this one has 65/);
});
