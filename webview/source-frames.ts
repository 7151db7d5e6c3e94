/** A place in the function's own code, as a stack trace names it. */
export interface SourcePlace {
  /** In the package, with "/". */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Where the function's own files begin, on Lambda and on the local one: below a folder named by their SHA-256. */
const rootEnd = /\/(?:var\/task|files)\//g;
const codeFolder = /\/code\/[\w=-]{1,100}$/;
const outsidePaths = /[\s"'()]/;
const longestRoot = 400;
/** Node.js and Ruby: FILE:LINE[:COLUMN]; Python: File "FILE", line LINE. */
const place = /([^\s"'():]{1,300})(?::(\d{1,7})(?::(\d{1,7}))?|", line (\d{1,7}))/y;

/** The places in the function's code that a text names, in order. Takes a time that grows with the text. */
export function* placesIn(text: string): Generator<SourcePlace & { readonly start: number; readonly end: number }> {
  let from = 0;
  for (const root of text.matchAll(rootEnd)) {
    if (root.index < from) continue;
    const start = root[0] === '/var/task/' ? root.index : startOfRoot(text, root.index, from);
    if (start === undefined) continue;
    place.lastIndex = root.index + root[0].length;
    const [words, path = '', line, column, pythonLine] = place.exec(text) ?? [];
    if (words === undefined) continue;
    const opening = pythonLine === undefined ? 'file://' : 'File "';
    const hasOpening = text.startsWith(opening, start - opening.length) && start - opening.length >= from;
    // What Python names a file in is part of its words.
    if (pythonLine !== undefined && !hasOpening) continue;
    const end = root.index + root[0].length + words.length;
    yield {
      path,
      line: Number(line ?? pythonLine),
      column: Number(column ?? 1),
      start: hasOpening ? start - opening.length : start,
      end,
    };
    from = end;
  }
}

/** Where the path begins whose folder ends before `end`; undefined where that is no folder of code. */
function startOfRoot(text: string, end: number, from: number): number | undefined {
  const before = text.slice(Math.max(from, end - longestRoot), end);
  if (!codeFolder.test(before.slice(-110))) return undefined;
  let length = 0;
  while (length < before.length && !outsidePaths.test(before.charAt(before.length - 1 - length))) length += 1;
  const run = before.slice(before.length - length);
  const slash = run.indexOf('/', run.startsWith('file://') ? 'file://'.length : 0);
  return slash < 0 ? undefined : end - run.length + slash;
}
