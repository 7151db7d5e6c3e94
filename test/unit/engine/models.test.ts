import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import lambdaModel from '../../../src/engine/model/lambda.json' with { type: 'json' };
import { compileService } from '../../../src/engine/model/compile-models.ts';

for (const service of ['lambda', 'logs', 'cloudwatch'] as const) {
  it(`the table of ${service} is what its published model compiles to; npm run models makes it`, () => {
    const committed = readFileSync(new URL(`../../../src/engine/model/${service}.json`, import.meta.url), 'utf8');
    assert.ok(committed === compileService(service));
  });
}

it('docs/local-lambda.md lists each operation of the Lambda API once, as served or not', () => {
  const page = readFileSync(new URL('../../../docs/local-lambda.md', import.meta.url), 'utf8');
  const [served = '', others = ''] = (page.split('## Operations of the Lambda API')[1] ?? '').split('The others are');
  const listed = (part: string): string[] => [...part.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name ?? '').sort();
  const names = (isServed: boolean): string[] =>
    Object.entries(lambdaModel.operations)
      .filter(([, operation]) => 'input' in operation === isServed)
      .map(([name]) => name);
  assert.deepEqual(listed(served), names(true).sort());
  assert.deepEqual(
    listed(others).filter((name) => name !== 'NotImplementedException'),
    names(false).sort(),
  );
});
