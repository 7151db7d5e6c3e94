import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { renderPanelPage, type PanelPage } from '../../src/editor/panel/panel-html.ts';

export type Words = PanelPage['words'];
export type Theme = 'dark' | 'light' | 'high-contrast';

type PageName = 'panel' | 'query' | 'tuning';
const isPage = (name: string): name is PageName => name === 'panel' || name === 'query' || name === 'tuning';
const isTheme = (name: string): name is Theme => name === 'dark' || name === 'light' || name === 'high-contrast';

const built = join(import.meta.dirname, '../../dist/webview');
const nonce = 'dGVzdA==';
const files: ReadonlyMap<string, readonly [folder: string, type: string]> = new Map([
  ['panel.js', [built, 'text/javascript']],
  ['panel.css', [built, 'text/css']],
  ['query.js', [built, 'text/javascript']],
  ['query.css', [built, 'text/css']],
  ['tuning.js', [built, 'text/javascript']],
  ['tuning.css', [built, 'text/css']],
  ['fake-host.js', [import.meta.dirname, 'text/javascript']],
  ['theme-dark.css', [import.meta.dirname, 'text/css']],
  ['theme-light.css', [import.meta.dirname, 'text/css']],
  ['theme-high-contrast.css', [import.meta.dirname, 'text/css']],
]);

export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Serves the built panel at /dark, /light and /high-contrast, in the very page and under the policy that the editor gives it; and the page of
 * a query at /query-dark, of a tuning at /tuning-dark, and so on.
 */
export async function servePanel(words?: Words): Promise<PageServer> {
  let origin = '';
  const server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1);
    const [, page = 'panel', theme = ''] = /^(?:(query|tuning)-)?(.*)$/.exec(name) ?? [];
    if (isTheme(theme) && isPage(page)) {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(pageOf({ origin, theme, page, words }));
      return;
    }
    const [folder, type] = files.get(name) ?? [];
    if (folder === undefined || type === undefined) {
      response.writeHead(404).end();
      return;
    }
    readFile(join(folder, name)).then(
      (content) => response.setHeader('content-type', `${type}; charset=utf-8`).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The editor's page; before it starts, VS Code puts in its theme and its API, as is done here. */
function pageOf({
  origin,
  theme,
  page,
  words,
}: {
  readonly origin: string;
  readonly theme: Theme;
  readonly page: PageName;
  readonly words: Words;
}): string {
  const [styleUri, scriptUri] = [`${page}.css`, `${page}.js`];
  return renderPanelPage({ element: `lambda-${page}`, cspSource: origin, nonce, words, styleUri, scriptUri })
    .replace('<link rel', `<link rel="stylesheet" href="theme-${theme}.css">\n    <link rel`)
    .replace('<body>', `<body class="vscode-${theme}">`)
    .replace('<script', `<script nonce="${nonce}" src="fake-host.js"></script>\n    <script`);
}
