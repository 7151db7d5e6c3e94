import { html, type TemplateResult } from 'lit';
import { t } from './translate.ts';

/** What stands in place of timings and log before the first line. */
export const emptyState = (onInvoke: () => void): TemplateResult => html`
  <div class="empty">
    <p class="lead">${t('No log lines yet')}</p>
    <p class="note">
      ${t('Invoke the function: its lines appear here as they are written, and each invocation gets its timings.')}
    </p>
    <vscode-button @click=${onInvoke}>${t('Invoke')}</vscode-button>
  </div>
`;
