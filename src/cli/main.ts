#!/usr/bin/env node
// The sentence in a terminal: package, deploy, invoke, logs, list, delete, and the local Lambda in the foreground.
import { fileURLToPath } from 'node:url';
import { isCancellation, Problem } from '../problem.ts';
import { commands } from './commands.ts';
import { overview } from './help.ts';
import { Output } from './output.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

// Each command loads a part of the SDK: what V8 made of it is kept for the next one. A Node.js without it is told off below.
process.getBuiltinModule?.('node:module').enableCompileCache?.();

const abort = new AbortController();
process.once('SIGINT', () => abort.abort());
process.once('SIGTERM', () => abort.abort());
// `lambda-workbench logs … | head` ends the pipe early; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const [name = '', ...args] = process.argv.slice(2);
const output = new Output({ json: args.includes('--json') });

/** As package.json's `engines` has it. */
const oldestNode = [22, 13] as const;

function checkNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new UsageError(
    `lambda-workbench needs Node.js ${oldestNode.join('.')} or later; this is ${process.versions.node}. Run it with a newer one, such as node_modules/.bin/node in its own folder.`,
  );
}

async function run(): Promise<number> {
  checkNode();
  if (name === '--version') {
    output.line(version);
    return 0;
  }
  if (name === '' || name === '--help' || name === '-h' || name === 'help') {
    output.line(overview);
    return name === '' ? 2 : 0;
  }
  const command = commands[name];
  if (!command) throw new UsageError(`There is no command "${name}". See lambda-workbench --help.`);
  if (args.includes('--help') || args.includes('-h')) {
    output.line(command.help);
    return 0;
  }
  const engineEntry = fileURLToPath(new URL('./engine.js', import.meta.url));
  return command.run({ args, output, signal: abort.signal, engineEntry });
}

try {
  process.exitCode = await run();
} catch (error) {
  if (abort.signal.aborted && (isCancellation(error) || error === abort.signal.reason)) process.exitCode = 130;
  else if (error instanceof UsageError) {
    output.failure('Usage', error.message);
    process.exitCode = 2;
  } else if (error instanceof Problem) {
    output.failure(error.code, error.message);
    process.exitCode = 1;
  } else {
    output.failure('Unexpected', error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
}

// What is left over, such as idle connections, need not be waited for, nor memory be given back piece by piece.
await output.flushed();
process.exit();
