export interface PanelPage {
  /** What a screen reader calls the page, and the element that is all of it. */
  readonly title?: string;
  readonly element?: 'lambda-panel' | 'lambda-query' | 'lambda-tuning';
  readonly cspSource: string;
  readonly nonce: string;
  /** The editor's language and its words by the English ones; absent: English. */
  readonly words?: { readonly language: string; readonly strings: Readonly<Record<string, string>> } | undefined;
  readonly styleUri: string;
  readonly scriptUri: string;
}

/**
 * The page around `<lambda-panel>` or another element. Nothing loads that is not ours: no remote resource, one script, no style but our sheet and
 * what bears the nonce, which the toolkit reads from "csp-nonce" for the empty style it tries `:focus-visible` with.
 */
export function renderPanelPage({
  title = 'Logs and timings',
  element = 'lambda-panel',
  cspSource,
  nonce,
  words,
  styleUri,
  scriptUri,
}: PanelPage): string {
  const policy = [
    `default-src 'none'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
  ].join('; ');
  const strings = words ? ` data-strings="${escaped(JSON.stringify(words.strings))}"` : '';
  return `<!doctype html>
<html lang="${escaped(words?.language ?? 'en')}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escaped(title)}</title>
    <link rel="stylesheet" href="${styleUri}">
  </head>
  <body>
    <${element}${strings}></${element}>
    <script type="module" nonce="${nonce}" src="${scriptUri}"></script>
  </body>
</html>
`;
}

/** As text of an element or of an attribute in double quotes. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
