// Whether a program of a function can be started, asked before: what starts it among an environment's own files could only say that it
// has failed.
import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
};

/** Whether it is a file that can be started. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/**
 * Why the system would not start it, in its words: of a script too whose first line names a program that is not there, or ends in CR
 * LF. Undefined where nothing speaks against it.
 */
export async function startRefusal(file: string): Promise<string | undefined> {
  if (!(await isExecutable(file))) return reasons['EACCES'];
  const interpreter = await interpreterOf(file);
  // In the function's own files; they cannot be looked up here.
  if (interpreter === undefined || /^\/(opt|var\/task)\/|^[^/]/.test(interpreter)) return undefined;
  return access(interpreter, constants.X_OK).then(
    () => undefined,
    (error: unknown) => reasons[String(Reflect.get(Object(error), 'code'))],
  );
}

/** The program that a script's first line names. */
async function interpreterOf(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    return /^#![ \t]*([^ \t\n]+)/.exec(buffer.toString('latin1', 0, bytesRead))?.[1];
  } finally {
    await handle.close();
  }
}
