// What a panel's tab is called. It also tells after a reload what the panel was of: VS Code keeps a title whatever the page stored.

const prefix = 'Logs: ';
/** No function's name has one. */
const separator = ', ';

/** Of one function or several. */
export const panelTitle = (functionNames: readonly string[]): string => prefix + functionNames.join(separator);

/** The functions that a title names; none of what is no title of a panel. */
export function functionsOfTitle(title: string): string[] {
  if (!title.startsWith(prefix)) return [];
  return title
    .slice(prefix.length)
    .split(separator)
    .filter((name) => name !== '');
}
