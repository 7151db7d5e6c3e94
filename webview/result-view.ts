import { html, nothing, type TemplateResult } from 'lit';
import type { PanelResult } from '../src/protocol/panel.ts';
import { visibleText } from './visible-text.ts';
import { t } from './translate.ts';

export interface ResultViewOptions {
  readonly result: PanelResult;
  /** Whether its invocation is in the log, to go to. */
  readonly logged: boolean;
  readonly onShowLog: () => void;
  readonly onCopy: () => void;
  readonly onClose: () => void;
}

/** What the last invocation from the editor came back with. */
export function resultView({ result, logged, onShowLog, onCopy, onClose }: ResultViewOptions): TemplateResult {
  return html`
    <section class="result ${result.failed ? 'failed' : 'ok'}" aria-label=${t('Result of the invocation')}>
      <div class="result-head">
        <span class="result-summary" role="status">${visibleText(result.summary)}</span>
        <span class="result-actions">
          ${logged ? html`<button class="link" @click=${onShowLog}>${t('Show log')}</button>` : nothing}
          <button class="link" @click=${onCopy}>${t('Copy result')}</button>
          <button class="link" aria-label=${t('Close the result')} @click=${onClose}>${t('Close')}</button>
        </span>
      </div>
      ${
        result.body === ''
          ? nothing
          : html`<pre class="result-body" tabindex="0" aria-label=${t('Response')}>${visibleText(result.body)}</pre>`
      }
    </section>
  `;
}
