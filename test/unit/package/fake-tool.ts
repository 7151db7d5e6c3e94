import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';

/** Puts a program of that name first on the PATH for the length of a test; gives the arguments it was last called with. */
export function fakeTool(t: TestContext, parent: string, name: string, script: string): () => string[] {
  const folder = path.join(parent, 'fake-bin');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  const log = path.join(parent, `${name}-arguments`);
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" > '${log}'\n${script}\n`);
  chmodSync(file, 0o755);
  const before = process.env['PATH'];
  process.env['PATH'] = `${folder}${path.delimiter}${before}`;
  t.after(() => {
    process.env['PATH'] = before;
  });
  return () => readFileSync(log, 'utf8').trimEnd().split('\n');
}

/** Leaves nothing on the PATH for the length of a test. */
export function withoutTools(t: TestContext): void {
  const before = process.env['PATH'];
  process.env['PATH'] = '';
  t.after(() => {
    process.env['PATH'] = before;
  });
}
