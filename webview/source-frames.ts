import { html, type TemplateResult } from 'lit';

/** A place in the function's own code, as a stack trace names it. */
export interface SourcePlace {
  /** In the package, with "/". */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Where Lambda, and the local one, have the function's files. */
const root = String.raw`(?:file:\/\/)?\/(?:var\/task|[^\s"'()]{0,400}\/code\/[\w=-]{1,100}\/files)\/`;
const file = String.raw`[^\s"'():]{1,300}`;
/** Node.js and Ruby: FILE:LINE[:COLUMN]; Python: File "FILE", line LINE. */
const frame = new RegExp(
  String.raw`${root}(${file}):(\d{1,7})(?::(\d{1,7}))?|File "${root}(${file})", line (\d{1,7})`,
  'g',
);
const longestSearched = 20_000;

/** The text, with a button for each place in the function's code; it sends `open-source`. */
export function withSourceLinks(text: string): TemplateResult | string {
  if (!text.includes('/files/') && !text.includes('/var/task/')) return text;
  const parts: (TemplateResult | string)[] = [];
  let from = 0;
  for (const found of text.slice(0, longestSearched).matchAll(frame)) {
    const [words, path, line, column, pythonPath, pythonLine] = found;
    const place = { path: path ?? pythonPath ?? '', line: Number(line ?? pythonLine), column: Number(column ?? 1) };
    parts.push(text.slice(from, found.index), link(words, place));
    from = found.index + words.length;
  }
  return from === 0 ? text : html`${parts}${text.slice(from)}`;
}

function link(words: string, place: SourcePlace): TemplateResult {
  const open = ({ currentTarget }: Event): void => {
    currentTarget?.dispatchEvent(new CustomEvent('open-source', { detail: place, bubbles: true }));
  };
  return html`<button class="link" title="Open ${place.path} at line ${place.line}" @click=${open}>${words}</button>`;
}
