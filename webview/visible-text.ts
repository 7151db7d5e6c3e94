// oxlint-disable no-control-regex -- control characters are what this file is about.

/** What a terminal takes for colour and style; the words are the same without. */
const terminalStyle = /\x1b\[[\d;:]*m/g;
/** Control characters except tab and newline. */
const controls = /[\0-\x08\x0b-\x1f\x7f]/g;
/** Characters that change the reading order of what follows: a line must not look like another one. */
const bidirectional = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A log message as it is shown: nothing in it is hidden, reordered or obeyed. The line breaks at its end are left out, unless they are kept. */
export function visibleText(message: string, { keepEnd = false }: { readonly keepEnd?: boolean } = {}): string {
  return (keepEnd ? message : message.replace(/[\r\n]+$/, ''))
    .replace(/\r\n?/g, '\n')
    .replace(terminalStyle, '')
    .replace(controls, (found) => String.fromCharCode(found === '\x7f' ? 0x2421 : 0x2400 + found.charCodeAt(0)))
    .replace(bidirectional, (found) => `[U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}
