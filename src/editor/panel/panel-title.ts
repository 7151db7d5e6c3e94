// What a panel's tab is called. It also tells after a reload what the panel was of: VS Code keeps a title whatever the page stored.

/** Of a panel with logs, of a page with a query, and of one with a tuning. */
export type TitlePrefix = 'Logs: ' | 'Query: ' | 'Tune: ';

/** No function's name has one. */
const separator = ', ';

/** Of one function or several. */
export const panelTitle = (functionNames: readonly string[], prefix: TitlePrefix = 'Logs: '): string =>
  prefix + functionNames.join(separator);

/** The functions that a title names; none of what is no such title. */
export function functionsOfTitle(title: string, prefix: TitlePrefix = 'Logs: '): string[] {
  if (!title.startsWith(prefix)) return [];
  return title
    .slice(prefix.length)
    .split(separator)
    .filter((name) => name !== '');
}
