// @ts-check
// Sentences that the rooms below the editor say to people: they are written as they are, and found again by their shape.

/** A regular expression may begin where an operand does: after these, or after `return`. */
const operandFollows = /(?:^|[(,=:[!&|?{};+\n<>]|=>|return)\s*$/;

/**
 * A literal of a file: what stands before it, and its text, with {0}, {1} … for what a template puts in.
 * @typedef {{ readonly before: string, readonly text: string }} Literal
 */

/**
 * All strings and templates of a file in TypeScript, also those within a template.
 * @param {string} code
 * @returns {Literal[]}
 */
export function literalsIn(code) {
  /** @type {Literal[]} */
  const found = [];
  let at = 0;

  /** @param {string} quote */
  const string = (quote) => {
    const start = at;
    at += 1;
    let text = '';
    while (at < code.length && code[at] !== quote) {
      text += character();
    }
    at += 1;
    found.push({ before: code.slice(Math.max(0, start - 80), start), text });
  };

  const character = () => {
    if (code[at] !== '\\') return code[at++];
    at += 2;
    const escaped = code[at - 1];
    return escaped === 'n' ? '\n' : escaped;
  };

  const template = () => {
    const start = at;
    at += 1;
    let text = '';
    let places = 0;
    while (at < code.length && code[at] !== '`') {
      if (code.startsWith('${', at)) {
        at += 2;
        statement('}');
        text += `{${places++}}`;
      } else text += character();
    }
    at += 1;
    found.push({ before: code.slice(Math.max(0, start - 80), start), text });
  };

  /**
   * Until a bracket closes that was open.
   * @param {string} [end]
   */
  const statement = (end) => {
    let depth = 0;
    while (at < code.length) {
      const letter = code[at] ?? '';
      if (end && depth === 0 && letter === end) {
        at += 1;
        return;
      }
      if (letter === "'" || letter === '"') string(letter);
      else if (letter === '`') template();
      else if (code.startsWith('//', at)) at = lineEnd(at);
      else if (code.startsWith('/*', at)) at = code.indexOf('*/', at) + 2;
      else if (letter === '/' && operandFollows.test(code.slice(Math.max(0, at - 40), at))) expression();
      else {
        if (letter === '{') depth += 1;
        if (letter === '}') depth -= 1;
        at += 1;
      }
    }
  };

  const expression = () => {
    let isClass = false;
    for (at += 1; at < code.length && code[at] !== '\n'; at += 1) {
      if (code[at] === '\\') at += 1;
      else if (code[at] === '[') isClass = true;
      else if (code[at] === ']') isClass = false;
      else if (code[at] === '/' && !isClass) break;
    }
    at += 1;
  };

  /** @param {number} from */
  const lineEnd = (from) => {
    const end = code.indexOf('\n', from);
    return end < 0 ? code.length : end;
  };

  statement();
  return found;
}

/** Reasons by their codes, which pages name. */
const reasons = /const reasons\b[^=]*=\s*\{([^}]*)\}/g;
/** What is said while something runs, beside a state, or of a problem. */
const isSaid = /\b(?:message|detail): $|[Pp]roblem\(\s*'\w+',\s*$/;

/**
 * The sentences in a file's code: what ends with a full stop, and what is said while something runs.
 * @param {string} code
 * @returns {string[]}
 */
export function sentencesIn(code) {
  const named = [...code.matchAll(reasons)].flatMap(([, members = '']) =>
    literalsIn(members).flatMap(({ before, text }) => (before.endsWith(': ') ? [text] : [])),
  );
  const said = literalsIn(code).flatMap(({ before, text }) => {
    const words = text.replaceAll(/\{\d+\}/g, '').match(/[A-Za-z]{2,}/g) ?? [];
    const isSentence = /^["{A-Z]/.test(text) && /[.…]$/.test(text) && words.length >= 3 && text.includes(' ');
    return isSentence || (isSaid.test(before) && words.length > 0) ? [text] : [];
  });
  return [...said, ...named];
}
