// CloudWatch Logs filter patterns for JSON: `{ ($.level = "ERROR") && ($.items[0].price > 7) }`.
// Source: "Using filter patterns to match terms in JSON log events" in the CloudWatch Logs User Guide.

type Condition = (event: unknown) => boolean;
type Step = { readonly key: string } | 'any';

interface Token {
  readonly kind: 'selector' | 'operator' | 'sign' | 'text' | 'regex' | 'word';
  readonly text: string;
}

export class InvalidJsonPattern extends Error {}

const kinds: readonly (readonly [Token['kind'], RegExp])[] = [
  ['selector', /\$(?:\.(?:[\w-]+|\*)|\.?\[(?:\d+|\*|'[^']*'|"[^"]*")\])+/y],
  ['sign', /\(|\)|&&|\|\|/y],
  ['operator', /!=|<=|>=|=|<|>/y],
  ['text', /"(?:[^"\\]|\\.)*"/y],
  ['regex', /%(?:[^%\\]|\\.)+%/y],
  ['word', /[^\s()=!<>&|"%]+/y],
];

/** Of a pattern in braces. A message that is no JSON matches none. Throws InvalidJsonPattern, which says where. */
export function compileJsonPattern(pattern: string): (message: string) => boolean {
  if (!pattern.endsWith('}')) throw new InvalidJsonPattern('it has no } at its end');
  const condition = new Parser(tokensOf(pattern.slice(1, -1))).whole();
  return (message) => {
    const event = parse(message);
    return event !== undefined && condition(event);
  };
}

function parse(message: string): unknown {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at += 1;
    if (at === text.length) return tokens;
    const found = kinds.flatMap(([kind, expression]) => {
      expression.lastIndex = at;
      const [matched] = expression.exec(text) ?? [];
      return matched === undefined ? [] : [{ kind, text: matched }];
    })[0];
    if (!found) throw new InvalidJsonPattern(`it cannot be read at ${text.slice(at, at + 20)}`);
    tokens.push(found);
    at += found.text.length;
  }
}

/** `&&` binds closer than `||`. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Condition {
    const condition = this.#either();
    const left = this.#tokens[this.#at];
    if (left) throw new InvalidJsonPattern(`${left.text} is one too many`);
    return condition;
  }

  #either(): Condition {
    const all = [this.#both()];
    while (this.#takes('||')) all.push(this.#both());
    return (event) => all.some((condition) => condition(event));
  }

  #both(): Condition {
    const all = [this.#one()];
    while (this.#takes('&&')) all.push(this.#one());
    return (event) => all.every((condition) => condition(event));
  }

  #one(): Condition {
    if (this.#takes('(')) {
      const inner = this.#either();
      if (!this.#takes(')')) throw new InvalidJsonPattern('a ) is missing');
      return inner;
    }
    const steps = stepsOf(this.#take('selector').text);
    const next = this.#tokens[this.#at];
    if (next?.kind === 'word') return this.#named(steps);
    const operator = this.#take('operator').text;
    const compare = comparison(operator, this.#take('text', 'regex', 'word'));
    return (event) => select(event, steps).some(compare);
  }

  #named(steps: readonly Step[]): Condition {
    const words = `${this.#take('word').text} ${this.#take('word').text}`.toUpperCase();
    if (words === 'NOT EXISTS') return (event) => select(event, steps).length === 0;
    const wanted = { 'IS NULL': null, 'IS TRUE': true, 'IS FALSE': false }[words];
    if (wanted === undefined)
      throw new InvalidJsonPattern(`${words} is none of IS NULL, IS TRUE, IS FALSE, NOT EXISTS`);
    return (event) => select(event, steps).some((value) => value === wanted);
  }

  #takes(text: string): boolean {
    const { kind, text: next } = this.#tokens[this.#at] ?? {};
    const isNext = kind === 'sign' && next === text;
    if (isNext) this.#at += 1;
    return isNext;
  }

  #take(...wanted: readonly Token['kind'][]): Token {
    const token = this.#tokens[this.#at];
    if (!token || !wanted.includes(token.kind))
      throw new InvalidJsonPattern(`${token?.text ?? 'its end'} stands where ${wanted.join(' or ')} is due`);
    this.#at += 1;
    return token;
  }
}

function stepsOf(selector: string): Step[] {
  const parts = selector.matchAll(/\.([\w-]+|\*)|\[(?:(\d+|\*)|'([^']*)'|"([^"]*)")\]/g);
  return [...parts].map(([, name, index, single, double]) => {
    const key = name ?? index;
    return key === '*' ? 'any' : { key: key ?? single ?? double ?? '' };
  });
}

/** The values at a place; none where there is no such place, several where it names any member. */
function select(event: unknown, steps: readonly Step[]): unknown[] {
  let found: unknown[] = [event];
  for (const step of steps) {
    found = found.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return [];
      if (step === 'any') return Object.values(value);
      return Object.hasOwn(value, step.key) ? [Reflect.get(value, step.key)] : [];
    });
  }
  return found;
}

function comparison(operator: string, { kind, text }: Token): (value: unknown) => boolean {
  if (operator === '=' || operator === '!=') {
    const equals = equality(kind, text);
    return operator === '=' ? equals : (value) => !equals(value);
  }
  const limit = Number(text);
  if (kind !== 'word' || Number.isNaN(limit)) throw new InvalidJsonPattern(`${operator} compares numbers, not ${text}`);
  const holds: Readonly<Record<string, (value: number) => boolean>> = {
    '<': (value) => value < limit,
    '<=': (value) => value <= limit,
    '>': (value) => value > limit,
    '>=': (value) => value >= limit,
  };
  return (value) => typeof value === 'number' && (holds[operator]?.(value) ?? false);
}

/** Text may have `*` for anything in it; a number equals whatever is written for it. */
function equality(kind: Token['kind'], text: string): (value: unknown) => boolean {
  const plain = kind === 'text' ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
  const expression = kind === 'regex' ? regularExpression(text.slice(1, -1)) : wildcard(plain);
  const number = kind === 'word' ? Number(plain) : Number.NaN;
  return (value) => {
    if (typeof value === 'number' && !Number.isNaN(number)) return value === number;
    return ['string', 'number', 'boolean'].includes(typeof value) && expression.test(String(value));
  };
}

const wildcard = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's');

function regularExpression(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw new InvalidJsonPattern(`${source} is no regular expression`);
  }
}
