import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvocationFinder, type InvocationFinderParts } from '../../../src/editor/request-ids/invocation-finder.ts';
import { linkedRequestIds, requestIdsIn } from '../../../src/editor/request-ids/request-ids-in-text.ts';

const id = '5dcb9a5a-7d5c-4b47-9d1a-1f0f0c1e2d3b';

test('request ids are found in lines, with whether they are said to be one', () => {
  for (const before of ['START RequestId: ', '"requestId":"', "request_id='", '· request ', 'x-amzn-requestid: ', 'REQUEST ID = '])
    assert.deepEqual(requestIdsIn(`${before}${id} more`), [{ requestId: id, start: before.length, isSaid: true }], before); // prettier-ignore
  assert.deepEqual(requestIdsIn(`order ${id.toUpperCase()}`), [{ requestId: id, start: 6, isSaid: false }]);
  for (const none of [`a${id}`, `${id}0`, `${id}-1`, id.slice(1), '']) assert.deepEqual(requestIdsIn(none), [], none);
  assert.equal(requestIdsIn(`request ${id} `.repeat(100_000)).length < 1000, true);
});

test('a link is made of what is said to be a request id, and of what is known', async () => {
  const [known, other] = ['1', '2'].map((digit) => `${digit.repeat(8)}-1111-4222-8333-444444444444`);
  const asked: string[] = [];
  const found = await linkedRequestIds(`${known} ${other} RequestId: ${id}`, (requestId) => {
    asked.push(requestId);
    return Promise.resolve(requestId === known);
  });
  assert.deepEqual(found.map(({ requestId }) => requestId), [known, id]); // prettier-ignore
  assert.deepEqual(asked, [known, other]);
});

function createStage(more: Partial<Record<'open' | 'kept' | 'found', unknown>> = {}) {
  const calls: unknown[][] = [];
  // Only what the finder uses of these, as its parts say.
  const parts = {
    panels: {
      functionsWith: () => more.open,
      reveal: (names: unknown) => ({
        showInvocation: (...shown: unknown[]) => calls.push(['show', names, ...shown]),
      }),
    },
    timings: { find: () => Promise.resolve(more.kept) },
    targets: { label: 'Local Lambda', resolve: () => Promise.resolve({ label: 'Local Lambda' }) },
    tree: { list: () => Promise.resolve([{ name: 'a' }, { name: 'b' }]) },
    pipeline: {
      findInvocation: ({ functionNames }: { functionNames: unknown }) => {
        calls.push(['search', functionNames]);
        return Promise.resolve(more.found);
      },
    },
  } as unknown as InvocationFinderParts;
  return { finder: new InvocationFinder(parts), calls };
}

const quarter = 15 * 60_000;

test('an invocation of an open panel is shown there', async () => {
  const { finder, calls } = createStage({ open: ['a', 'b'] });
  assert.equal(await finder.knows(id), true);
  await finder.show(id);
  assert.deepEqual(calls, [['show', ['a', 'b'], id]]);
});

test('one whose timings are kept is shown in the panel of its function, read from before it', async () => {
  const { finder, calls } = createStage({ kept: { functionName: 'a', at: 5_000_000 } });
  assert.equal(await finder.knows(id), true);
  await finder.show(id);
  assert.deepEqual(calls, [['show', ['a'], id, 5_000_000 - quarter]]);
});

test('what a result says of it saves the search', async () => {
  const { finder, calls } = createStage();
  await finder.show(id, { functionNames: ['b'], at: 5_000_000 });
  assert.deepEqual(calls, [['show', ['b'], id, 5_000_000 - quarter]]);
});

test('one that nothing is known of is searched for in the logs of the target', async () => {
  const { finder, calls } = createStage({ found: { functionName: 'b', at: 5_000_000 } });
  assert.equal(await finder.knows(id), false);
  await finder.show(id);
  assert.deepEqual(calls, [['search', ['a', 'b']], ['show', ['b'], id, 5_000_000 - quarter]]); // prettier-ignore
  const { finder: empty } = createStage();
  await assert.rejects(empty.show(id), { code: 'InvocationNotFound', message: /on Local Lambda names the request/ });
});
