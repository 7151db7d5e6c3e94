import { html, type TemplateResult } from 'lit';
import { withSourceLinks } from './source-links.ts';
import { t } from './translate.ts';
import { visibleText } from './visible-text.ts';

/** Of one object or list. */
const mostMembers = 200;
const deepest = 12;

/** An object as names and values; what has members itself can be folded. Every value is shown as text. */
export function jsonTree(value: object, depth = 0): TemplateResult {
  const members = Object.entries(value);
  const rest = members.length - mostMembers;
  return html`<ul class="json">
    ${members.slice(0, mostMembers).map(([name, member]) => html`<li>${memberOf(name, member, depth)}</li>`)}
    ${rest > 0 ? html`<li class="note">${t('{0} more', rest)}</li>` : ''}
  </ul>`;
}

function memberOf(name: string, value: unknown, depth: number): TemplateResult {
  const named = html`<span class="json-name">${visibleText(name)}</span>`;
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0 || depth >= deepest) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return html`${named}
      <span class="json-${value === null ? 'null' : typeof value}"
        >${withSourceLinks(visibleText(text), (plain) => plain)}</span
      >`;
  }
  const size = Object.keys(value).length;
  const words = Array.isArray(value) ? `[${size}]` : `{${size}}`;
  return html`<details ?open=${depth < 2}>
    <summary>${named} <span class="json-size">${words}</span></summary>
    ${jsonTree(value, depth + 1)}
  </details>`;
}
