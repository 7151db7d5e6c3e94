import { html, type TemplateResult } from 'lit';
import { placesIn, type SourcePlace } from './source-frames.ts';
import { t } from './translate.ts';

const longestSearched = 20_000;

/** The text, with a button for each place in the function's code; it sends `open-source`. What lies between them is shown as `between` has it. Takes a time that grows with the text. */
export function withSourceLinks(
  text: string,
  between: (text: string) => TemplateResult | string,
): TemplateResult | string {
  if (!text.includes('/files/') && !text.includes('/var/task/')) return between(text);
  const parts: (TemplateResult | string)[] = [];
  let from = 0;
  for (const { start, end, ...found } of placesIn(text.slice(0, longestSearched))) {
    parts.push(between(text.slice(from, start)), link(text.slice(start, end), found));
    from = end;
  }
  return from === 0 ? between(text) : html`${parts}${between(text.slice(from))}`;
}

function link(words: string, place: SourcePlace): TemplateResult {
  const open = ({ currentTarget }: Event): void => {
    currentTarget?.dispatchEvent(new CustomEvent('open-source', { detail: place, bubbles: true }));
  };
  const title = t('Open {0} at line {1}', place.path, place.line);
  return html`<button class="link" title=${title} @click=${open}>${words}</button>`;
}
