import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { LogStore } from '../../../src/engine/store/log-store.ts';
import { openStores } from '../../../src/engine/store/stores.ts';
import { scratch } from '../package/scratch.ts';

const group = '/aws/lambda/f';
const event = (message: string) => ({ timestamp: 1000, message });

/** Opens the store of a folder; `dispose` ends it as an engine does. */
function open(t: TestContext, folder: string): { store: LogStore; dispose: () => void } {
  const stores = openStores(folder, assert.ifError);
  let isOpen = true;
  const dispose = (): void => {
    if (!isOpen) return;
    isOpen = false;
    stores[Symbol.dispose]();
  };
  t.after(dispose);
  return { store: stores.logs, dispose };
}

const messages = (store: LogStore): string[] => store.events({ group, limit: 100 }).map(({ message }) => message);

describe('the journal of log events', () => {
  it('has what the database lacks when a turn ends, and nothing when the engine has ended', async (t) => {
    const folder = scratch(t);
    const { store, dispose } = open(t, folder);
    const journal = path.join(folder, 'logs.journal');
    store.append(group, 's', [event('one'), event('two\nlines')]);
    await turn();
    await turn();
    assert.deepEqual(
      readFileSync(journal, 'utf8').trim().split('\n').map((line) => JSON.parse(line).at(-1)),
      ['one', 'two\nlines'],
    ); // prettier-ignore
    assert.deepEqual(messages(store), ['one', 'two\nlines']);
    dispose();
    assert.equal(readFileSync(journal, 'utf8'), '');
  });

  it('does not grow with what the database has', async (t) => {
    const folder = scratch(t);
    const { store } = open(t, folder);
    let most = 0;
    for (let round = 0; round < 20; round += 1) {
      store.append(group, 's', [event('x'.repeat(100_000))]);
      store.flush();
      most = Math.max(most, statSync(path.join(folder, 'logs.journal')).size);
    }
    assert.ok(most > 0 && most < 500_000, `${most} bytes`);
    assert.equal(store.events({ group, limit: 100 }).length, 20);
  });

  it('tells who follows of events as they are stored, many in one statement or few', async (t) => {
    const { store } = open(t, scratch(t));
    const told: unknown[] = [];
    store.committed.on('events', (events) => told.push(...events));
    for (const count of [1, 15, 16, 17, 40]) {
      const events = Array.from({ length: count }, (_, at) => event(`${count}.${at}`));
      store.append(group, `s${count % 3}`, events.slice(0, 20));
      store.append(group, 'other', events.slice(20));
      store.flush();
    }
    await turn();
    assert.deepEqual(told, store.events({ group, limit: 100 }));
    assert.equal(told.length, 89);
  });

  it('takes very many events in one turn', async (t) => {
    const { store } = open(t, scratch(t));
    store.append(
      group,
      's',
      Array.from({ length: 300_000 }, () => event('')),
    );
    await turn();
    await turn();
    assert.equal(store.events({ group, limit: 400_000 }).length, 300_000);
  });

  it('gives the database after a restart what it did not have, once', async (t) => {
    const folder = scratch(t);
    const journal = path.join(folder, 'logs.journal');
    const first = open(t, folder);
    store(first.store, 'kept');
    await turn();
    await turn();
    copyFileSync(journal, `${journal}.kept`);
    first.dispose(); // which takes it into the database
    copyFileSync(`${journal}.kept`, journal); // as after an end between the database's commit and this
    const second = open(t, folder);
    assert.deepEqual(messages(second.store), ['kept']);
    store(second.store, 'more');
    await turn();
    await turn();
    copyFileSync(journal, `${journal}.more`);
    second.dispose();

    // An end before the commit: the journal alone has it.
    const other = scratch(t);
    open(t, other).dispose();
    copyFileSync(`${journal}.more`, path.join(other, 'logs.journal'));
    appendFileSync(path.join(other, 'logs.journal'), '[9,"/aws/lambda/f","s",1000,"cut o');
    const third = open(t, other);
    assert.deepEqual(messages(third.store), ['more']);
    third.dispose();
    assert.deepEqual(messages(open(t, other).store), ['more']);
  });
});

function store(into: LogStore, message: string): void {
  into.append(group, 's', [event(message)]);
}
