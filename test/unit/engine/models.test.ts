import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { compileService } from '../../../src/engine/model/compile-models.ts';

for (const service of ['lambda', 'logs'] as const) {
  it(`the table of ${service} is what its published model compiles to; npm run models makes it`, () => {
    const committed = readFileSync(new URL(`../../../src/engine/model/${service}.json`, import.meta.url), 'utf8');
    assert.ok(committed === compileService(service));
  });
}
