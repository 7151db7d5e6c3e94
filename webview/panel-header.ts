import { html, nothing, type TemplateResult } from 'lit';
import type { TailStatus } from '../src/protocol/panel.ts';
import { t } from './translate.ts';

export interface PanelHeaderOptions {
  readonly functionNames: readonly string[];
  readonly target: string;
  readonly tail: TailStatus;
  readonly paused: boolean;
  /** Lines that came while paused. */
  readonly waiting: number;
  readonly onInvoke: () => void;
  readonly onPause: () => void;
  readonly onClear: () => void;
}

const tailWords: Record<TailStatus['state'], () => string> = {
  connecting: () => t('Connecting'),
  live: () => t('Live'),
  reconnecting: () => t('Reconnecting'),
  stopped: () => t('Stopped'),
};

/** Which functions on which target, whether its log is followed, and what can be done. */
export function panelHeader(options: PanelHeaderOptions): TemplateResult {
  const { functionNames, target, tail, paused, waiting, onInvoke, onPause, onClear } = options;
  return html`
    <header>
      <div class="title">
        <h1>${functionNames.join(', ')}</h1>
        ${target ? html`<span class="target">${target}</span>` : nothing}
        <span class="tail ${paused ? 'paused' : tail.state}" role="status">
          <span class="dot" aria-hidden="true"></span>
          <span
            >${paused ? t('Paused') : tailWords[tail.state]()}${!paused && tail.detail ? html`: ${tail.detail}` : nothing}</span
          >
        </span>
      </div>
      <div class="actions">
        <vscode-button class="invoke" @click=${onInvoke}>${t('Invoke')}</vscode-button>
        <vscode-button class="pause" appearance="secondary" @click=${onPause}
          >${paused ? (waiting > 0 ? t('Resume ({0} new)', waiting) : t('Resume')) : t('Pause')}</vscode-button
        >
        <vscode-button class="clear" appearance="secondary" @click=${onClear}>${t('Clear')}</vscode-button>
      </div>
    </header>
  `;
}
