// The page's words in the language of the editor. A page cannot ask VS Code for them: the host writes its bundle into the document.

const bundle = bundleIn(document.querySelector<HTMLElement>('[data-strings]')?.dataset['strings']);

/** The text in the language of the editor, with what stands for {0}, {1} … put in. English where there is no translation. */
export function t(message: string, ...values: readonly (string | number)[]): string {
  const text = bundle.get(message) ?? message;
  return text.replaceAll(/\{(\d+)\}/g, (placeholder, at: string) => String(values[Number(at)] ?? placeholder));
}

/** Text by English text; nothing of what is no bundle. */
function bundleIn(json: string | undefined): ReadonlyMap<string, string> {
  const parsed: unknown = json === undefined ? {} : JSON.parse(json);
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
