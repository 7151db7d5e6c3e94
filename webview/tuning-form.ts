import { html, nothing, type TemplateResult } from 'lit';
import { pricesOf } from '../src/observe/cost.ts';
import { estimateTuning } from '../src/observe/tuning-estimate.ts';
import { inOrder, runsRange, usualMemorySizes } from '../src/observe/tuning-sizes.ts';
import type { TuningSetup, TuningWish } from '../src/protocol/tuning.ts';
import { priceNote } from './cost-basis.ts';
import { counted, dollars } from './format.ts';
import { t } from './translate.ts';
import type { TuningForm } from './tuning-host.ts';

export interface TuningFormOptions {
  readonly form: TuningForm;
  readonly payload: string;
  readonly setup: TuningSetup | undefined;
  readonly isLocal: boolean;
  readonly isRunning: boolean;
  readonly wish: TuningWish | { readonly problem: string };
  readonly onChange: (change: Partial<TuningForm>) => void;
  readonly onRun: () => void;
  readonly onCancel: () => void;
}

/** What to try, what it will cost, and the button that begins it. */
export function tuningForm(options: TuningFormOptions): TemplateResult {
  const { form, payload, setup, isRunning, wish, onChange, onRun, onCancel } = options;
  const sizes = inOrder([...usualMemorySizes, ...(setup?.memorySizeMB === undefined ? [] : [setup.memorySizeMB])]);
  const choose = (size: number, isOn: boolean): void =>
    onChange({ chosen: isOn ? inOrder([...form.chosen, size]) : form.chosen.filter((each) => each !== size) });
  return html`
    <fieldset class="sizes" ?disabled=${isRunning}>
      <legend>${t('Memory sizes, MB')}</legend>
      ${sizes.map(
        (size) =>
          html`<label class=${size === setup?.memorySizeMB ? 'own' : ''}
            ><input
              type="checkbox"
              .checked=${form.chosen.includes(size)}
              @change=${({ target }: Event) => choose(size, target instanceof HTMLInputElement && target.checked)}
            />${counted(size)}${size === setup?.memorySizeMB ? html` <span class="note">${t('as now')}</span>` : nothing}</label
          >`,
      )}
      <label
        >${t('Others')}
        <input
          class="others"
          type="text"
          placeholder="192, 384"
          .value=${form.others}
          @input=${({ target }: Event) => onChange({ others: target instanceof HTMLInputElement ? target.value : '' })}
      /></label>
    </fieldset>
    <div class="how">
      <label
        >${t('Invocations at each size')}
        <input
          class="runs"
          type="number"
          min=${runsRange[0]}
          max=${runsRange[1]}
          ?disabled=${isRunning}
          .value=${String(form.runs)}
          @input=${({ target }: Event) => onChange({ runs: target instanceof HTMLInputElement ? Number(target.value) : 0 })}
      /></label>
      <label class="payload"
        >${t('Payload')}
        <textarea
          rows="3"
          spellcheck="false"
          ?disabled=${isRunning}
          .value=${payload}
          @input=${({ target }: Event) => onChange({ payload: target instanceof HTMLTextAreaElement ? target.value : '' })}
        ></textarea>
      </label>
    </div>
    <div class="run">
      ${
        isRunning
          ? html`<button class="plain cancel" @click=${onCancel}>${t('Cancel')}</button>`
          : html`<button class="primary" ?disabled=${'problem' in wish || setup === undefined} @click=${onRun}>
              ${'problem' in wish ? t('Tune') : t('Tune with {0} invocations', wish.runs * wish.memorySizes.length)}
            </button>`
      }
      ${'problem' in wish ? html`<span class="problem" role="alert">${wish.problem}</span>` : html`<span class="note price">${setup ? priceWords(wish, setup) : nothing}</span>`}
    </div>
    <p class="note how-words">${notes(options)}</p>
  `;
}

function priceWords(wish: TuningWish, setup: TuningSetup): string {
  const { likely, most } = estimateTuning({ ...wish, ...setup });
  return likely === undefined
    ? t('On AWS this costs at most {0}: if each runs until its timeout of {1} s.', dollars(most), setup.timeoutSeconds)
    : t(
        'On AWS this costs about {0}, if each takes as long as lately; at most {1}, if each runs until its timeout of {2} s.',
        dollars(likely),
        dollars(most),
        setup.timeoutSeconds,
      );
}

function notes({ setup, isLocal }: TuningFormOptions): string {
  return [
    t('Each invocation does all that the function does.'),
    t(
      'It runs on temporary versions, which are deleted afterwards; the function itself has its memory back before the first of them runs.',
    ),
    ...(isLocal
      ? [
          t(
            'The Local Lambda gives a function more of the processor with more memory only where this system lets it; elsewhere all sizes take as long. On AWS more memory is a larger share of a processor, up to a whole one at 1,769 MB. Costs are what AWS would bill for these durations.',
          ),
        ]
      : []),
    ...(setup ? [`${priceNote({ prices: pricesOf(setup.region), region: setup.region })}.`] : []),
  ].join(' ');
}
