import { spawn, type ChildProcess } from 'node:child_process';

/** Reads of process groups that come and go; when its input ends, because the engine has, it kills those that are left. */
const script = `
groups=
while read -r what group; do
  case $what in
    add) groups="$groups $group" ;;
    drop)
      kept=
      for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
      groups=$kept ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

/**
 * Ends the engine's process groups when the engine itself has gone, however it went: a frozen process could not notice it. A shell
 * that does nothing but wait, started with the first of them. Windows has neither freezing nor this.
 */
export class ProcessGuard {
  #shell: ChildProcess | undefined;

  /** Of a child that leads its group. */
  watch(child: ChildProcess): void {
    if (process.platform === 'win32' || child.pid === undefined) return;
    const { pid } = child;
    this.#tell(`add ${pid}\n`);
    child.once('exit', () => this.#tell(`drop ${pid}\n`));
  }

  dispose(): void {
    this.#shell?.stdin?.end();
  }

  #tell(line: string): void {
    this.#shell ??= start();
    this.#shell.stdin?.write(line);
  }
}

function start(): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
  // Without it the next engine still finds what this one left.
  shell.once('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  return shell;
}
