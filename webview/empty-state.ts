import { html, type TemplateResult } from 'lit';

/** What stands in place of timings and log before the first line. */
export const emptyState = (onInvoke: () => void): TemplateResult => html`
  <div class="empty">
    <p class="lead">No log lines yet</p>
    <p class="note">
      Invoke the function: its lines appear here as they are written, and each invocation gets its timings.
    </p>
    <vscode-button @click=${onInvoke}>Invoke</vscode-button>
  </div>
`;
