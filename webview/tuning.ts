// The page of a tuning: which memory sizes to try, what it costs, and what was found. Shows what the host sends.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { usualRuns } from '../src/observe/tuning-sizes.ts';
import type { TuningOutcome, TuningProgress } from '../src/observe/tuning.ts';
import type { ToTuningPage, TuningSetup } from '../src/protocol/tuning.ts';
import { dateAndTime } from './format.ts';
import { t } from './translate.ts';
import { tuningForm } from './tuning-form.ts';
import { tuningHost, type TuningForm } from './tuning-host.ts';
import { tuningResults } from './tuning-results.ts';
import { wishOf } from './tuning-wish.ts';
import './tuning.css';
import { visibleText } from './visible-text.ts';

const firstForm: TuningForm = {
  payload: undefined,
  chosen: [128, 256, 512, 1024, 1769, 3008],
  others: '',
  runs: usualRuns,
};

/** That versions are ready is said by the invocations that follow. */
type ShownProgress = Exclude<TuningProgress, { readonly step: 'prepared' }>;

export class LambdaTuning extends LitElement {
  static override properties = {
    begun: { state: true },
    setup: { state: true },
    form: { state: true },
    progress: { state: true },
    outcome: { state: true },
    measuredAt: { state: true },
    said: { state: true },
    problem: { state: true },
  };
  declare begun: Extract<ToTuningPage, { type: 'begin' }> | undefined;
  declare setup: TuningSetup | undefined;
  declare form: TuningForm;
  declare progress: ShownProgress | undefined;
  declare outcome: TuningOutcome | undefined;
  declare measuredAt: number;
  declare said: string;
  declare problem: string;

  constructor() {
    super();
    this.form = { ...firstForm, ...tuningHost.getState() };
    this.measuredAt = 0;
    this.#forget();
  }

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('message', this.#onMessage);
    tuningHost.postMessage({ type: 'ready' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('message', this.#onMessage);
  }

  // Only the host's own window sends to a webview's page; its shape is fixed by the protocol.
  readonly #onMessage = ({ data }: MessageEvent<ToTuningPage>): void => {
    switch (data.type) {
      case 'begin':
        this.#forget();
        this.begun = data;
        break;
      case 'setup':
        this.setup = data.setup;
        break;
      case 'progress':
        if (data.progress.step !== 'prepared') this.progress = data.progress;
        if ('outcome' in data.progress) this.outcome = data.progress.outcome;
        break;
      case 'outcome':
        this.progress = undefined;
        this.outcome = data.outcome;
        this.measuredAt = data.at;
        break;
      case 'applied':
        if (this.setup) this.setup = { ...this.setup, memorySizeMB: data.memorySizeMB };
        this.said = t(
          'The function has {0} MB now. Its next deployment changes that again where the folder’s settings name another size.',
          data.memorySizeMB,
        );
        break;
      case 'failed':
        this.progress = undefined;
        this.problem = data.problem;
        break;
      default: // of a later version
    }
  };

  #forget(): void {
    this.begun = undefined;
    this.setup = undefined;
    this.progress = undefined;
    this.outcome = undefined;
    this.said = '';
    this.problem = '';
  }

  protected override render(): TemplateResult | typeof nothing {
    const { begun, form, setup, progress, outcome } = this;
    if (!begun) return nothing;
    const payload = form.payload ?? begun.payload;
    const isRunning = progress !== undefined;
    return html`
      <header>
        <h1>${begun.functionName}</h1>
        <span class="note">${t('Memory tuning on {0}', begun.target)}</span>
      </header>
      ${tuningForm({
        form,
        payload,
        setup,
        isLocal: begun.isLocal,
        isRunning,
        wish: wishOf(form, payload),
        onChange: (change) => this.#change(change),
        onRun: () => this.#run(payload),
        onCancel: () => tuningHost.postMessage({ type: 'cancel' }),
      })}
      ${progress ? progressView(progress) : nothing}
      ${this.problem === '' ? nothing : html`<p class="problem" role="alert">${visibleText(this.problem)}</p>`}
      ${isRunning || !outcome ? nothing : html`<p class="note measured" role="status">${this.said || this.#outcomeWords(outcome)}</p>`}
      ${
        outcome
          ? tuningResults({
              outcome,
              ownMB: setup?.memorySizeMB ?? outcome.memorySizeMB,
              isRunning,
              onApply: (memorySizeMB) => tuningHost.postMessage({ type: 'apply', memorySizeMB }),
            })
          : nothing
      }
    `;
  }

  #outcomeWords({ isCancelled, runs }: TuningOutcome): string {
    const at = dateAndTime(this.measuredAt);
    return isCancelled
      ? t('Cancelled; this is what was measured until then ({0}).', at)
      : t('Measured {0} with {1} invocations at each size, of which one was cold.', at, runs);
  }

  #change(change: Partial<TuningForm>): void {
    this.form = { ...this.form, ...change };
    tuningHost.setState(this.form);
  }

  #run(payload: string): void {
    const wish = wishOf(this.form, payload);
    if ('problem' in wish) return;
    this.problem = '';
    this.said = '';
    this.outcome = undefined;
    tuningHost.postMessage({ type: 'run', wish });
  }
}

function progressView(progress: ShownProgress): TemplateResult {
  const words =
    progress.step === 'preparing'
      ? t('Publishing a version with {0} MB …', progress.memorySizeMB)
      : progress.step === 'putting-back'
        ? t('Putting everything back …')
        : t('{0} of {1} invocations', progress.done, progress.total);
  return html`<div class="progress" role="status">
    <progress
      aria-label=${t('Tuning')}
      max=${progress.step === 'invoking' ? progress.total : 1}
      value=${progress.step === 'invoking' ? progress.done : progress.step === 'preparing' ? 0 : 1}
    ></progress>
    <span class="note">${words}</span>
  </div>`;
}

customElements.define('lambda-tuning', LambdaTuning);
