// Whether the event loop is kept awake: by an immediate, which it does not sleep before.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { BriefWaits } from '../../../src/engine/brief-waits.ts';

const immediates = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Immediate').length;

/** Whether `work` has the event loop stay awake. */
function awakeAfter(work: () => void): boolean {
  const before = immediates();
  work();
  return immediates() > before;
}

let time = 1000;
const pass = (ms: number): void => void (time += ms);

/** With a clock that stands still until it is moved. */
const make = (processors = 2): BriefWaits => new BriefWaits(processors, () => time);

/** Has seen a response, and a request, come soon. */
function afterBriefOnes(processors?: number): BriefWaits {
  const waits = make(processors);
  waits.eventOut();
  pass(0.1);
  waits.eventBack();
  waits.answered();
  pass(0.1);
  waits.requested();
  return waits;
}

describe('brief waits', () => {
  afterEach(async () => {
    pass(1000);
    await turn();
    await turn();
  });

  it('keep the event loop awake for a response, and for a request, when the last one came soon', async () => {
    const waits = afterBriefOnes();
    assert.ok(awakeAfter(() => waits.eventOut()));
    waits.eventBack();
    await turn();
    await turn();
    assert.ok(awakeAfter(() => waits.answered()));
    waits.requested();
  });

  it('let it sleep where nothing is known, or the last one took long', () => {
    assert.ok(!awakeAfter(() => make().eventOut()));
    assert.ok(!awakeAfter(() => make().answered()));
    const waits = afterBriefOnes();
    waits.eventOut();
    pass(5);
    waits.eventBack();
    assert.ok(!awakeAfter(() => waits.eventOut()));
  });

  it('end when what was awaited is there, or takes longer', async () => {
    for (const end of ['there', 'late'] as const) {
      const before = immediates();
      const waits = afterBriefOnes();
      waits.eventOut();
      await turn();
      assert.ok(immediates() > before); // still
      if (end === 'there') waits.eventBack();
      else pass(1);
      await turn();
      await turn();
      assert.equal(immediates(), before);
    }
  });

  it('are for one thing at a time, and for more than one processor', () => {
    const waits = afterBriefOnes();
    waits.eventOut();
    waits.eventOut();
    waits.eventBack();
    assert.ok(!awakeAfter(() => waits.answered()));
    const alone = afterBriefOnes(1);
    assert.ok(!awakeAfter(() => alone.eventOut()));
  });
});
