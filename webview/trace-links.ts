import { html, type TemplateResult } from 'lit';
import { t } from './translate.ts';

/** Of X-Ray: 1-, the seconds of its beginning, and 96 bits, both hexadecimal. */
const traceId = /(?<![\w-])1-[0-9a-f]{8}-[0-9a-f]{24}(?![\w-])/g;
const longestSearched = 20_000;

/** The first trace that a text names. Takes a time that grows with the text. */
export const traceIdIn = (text: string): string | undefined => text.slice(0, longestSearched).match(traceId)?.[0];

/** The text, with a button for each trace that it names; it sends `open-trace`. */
export function withTraceLinks(text: string): TemplateResult | string {
  const parts: (TemplateResult | string)[] = [];
  let from = 0;
  for (const { index, 0: found } of text.slice(0, longestSearched).matchAll(traceId)) {
    parts.push(text.slice(from, index), traceLink(found, found));
    from = index + found.length;
  }
  return from === 0 ? text : html`${parts}${text.slice(from)}`;
}

export function traceLink(id: string, words: string): TemplateResult {
  const open = ({ currentTarget }: Event): void => {
    currentTarget?.dispatchEvent(new CustomEvent('open-trace', { detail: id, bubbles: true }));
  };
  const title = t('Open the trace {0} in X-Ray', id);
  return html`<button class="link" title=${title} aria-label=${title} @click=${open}>${words}</button>`;
}
