// Members of the objects that lines are, as columns of the log.
import { factsOf, isObject } from './log-line.ts';
import type { PanelLine } from '../src/protocol/panel.ts';
import { visibleText } from './visible-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the log shows of each line already. */
const shownAnyway: ReadonlySet<string> = new Set(['level', 'severity', 'message', 'msg', 'timestamp', 'time']);
const mostLines = 1000;
const mostNames = 60;
const longestValue = 200;

/** Names of members in the newest lines that are objects, the most frequent first; of an object within one, OUTER.INNER. */
export function columnNamesIn(lines: readonly PanelLine[]): string[] {
  const counts = new Map<string, number>();
  const ofObjects = lines.filter(({ source, message }) => source === 'function' && message.startsWith('{'));
  for (const { message } of ofObjects.slice(-mostLines)) {
    for (const name of namesOf(factsOf(message).fields ?? {})) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([, a], [, b]) => b - a);
  return byCount.slice(0, mostNames).map(([name]) => name);
}

function namesOf(fields: Fields): string[] {
  return Object.entries(fields)
    .filter(([name]) => !shownAnyway.has(name))
    .flatMap(([name, value]) => (isObject(value) ? Object.keys(value).map((inner) => `${name}.${inner}`) : [name]));
}

/** A member as a cell shows it; nothing where there is none. */
export function columnText(fields: Fields | undefined, name: string): string {
  const value = memberOf(fields, name);
  if (value === undefined) return '';
  return visibleText((typeof value === 'string' ? value : JSON.stringify(value)).slice(0, longestValue));
}

function memberOf(fields: Fields | undefined, name: string): unknown {
  if (!fields) return undefined;
  if (Object.hasOwn(fields, name)) return fields[name];
  const outer = Object.entries(fields).find(([key, value]) => name.startsWith(`${key}.`) && isObject(value));
  const inner = outer?.[1];
  const key = name.slice((outer?.[0].length ?? 0) + 1);
  return isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined;
}
