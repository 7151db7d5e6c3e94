import path from 'node:path';
import { checkpoint, openDatabase } from './database.ts';
import { EventStore } from './event-store.ts';
import { FunctionStore } from './function-store.ts';
import { LayerStore } from './layer-store.ts';
import { openLogDatabase } from './log-database.ts';
import { LogStore } from './log-store.ts';
import { MetricStore } from './metric-store.ts';
import { ResourceStore } from './resource-store.ts';
import { Settings } from './settings.ts';

/** All that an engine keeps in databases, in one folder. */
export interface Stores extends Disposable {
  readonly settings: Settings;
  readonly functions: FunctionStore;
  readonly layers: LayerStore;
  readonly resources: ResourceStore;
  readonly events: EventStore;
  readonly metrics: MetricStore;
  readonly logs: LogStore;
}

/** Throws DataDirectoryInUse where another engine has the folder. */
export function openStores(directory: string, reportFault: (error: unknown) => void): Stores {
  const database = openDatabase(directory);
  const logs = new LogStore(openLogDatabase(directory, database), {
    journalFile: path.join(directory, 'logs.journal'),
    reportFault,
    inPause: () => checkpoint(database),
  });
  return {
    settings: new Settings(database),
    functions: new FunctionStore(database),
    layers: new LayerStore(database),
    resources: new ResourceStore(database),
    events: new EventStore(database),
    metrics: new MetricStore(database),
    logs,
    [Symbol.dispose]() {
      logs[Symbol.dispose]();
      database.close();
    },
  };
}
