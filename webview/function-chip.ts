import { html, nothing, type TemplateResult } from 'lit';

/** As many as the style sheet has. */
const hues = 6;

/** Whose a line is, in a colour of its own that only repeats what its name says; nothing where the panel has one function. */
export function functionChip(
  functionName: string | undefined,
  functionNames: readonly string[],
): TemplateResult | typeof nothing {
  if (functionName === undefined || functionNames.length < 2) return nothing;
  const hue = Math.max(0, functionNames.indexOf(functionName)) % hues;
  return html`<span class="function-chip hue-${hue}" title=${functionName}>${functionName}</span>`;
}
