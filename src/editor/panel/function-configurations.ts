import type { FunctionSummary, Pipeline } from '../../pipeline.ts';
import { isCancellation } from '../../problem.ts';
import type { FunctionConfiguration } from '../../protocol/panel.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import type { KeptTimings } from './kept-timings.ts';

export interface FunctionConfigurationsOptions {
  readonly pipeline: Pick<Pipeline, 'describeFunction' | 'listProvisioned'>;
  readonly targets: Pick<TargetSelection, 'label' | 'resolve'>;
  readonly timings: Pick<KeptTimings, 'configured'>;
}

export interface Configured {
  readonly functionName: string;
  /** As in the log; absent: what was deployed last. */
  readonly version?: string | undefined;
}

const latest = '$LATEST';
/** What another tool changes is seen after so long, ms. */
const heldMs = 60_000;

interface Held {
  readonly askedAt: number;
  readonly found: Promise<FunctionConfiguration | undefined>;
}

/** How functions are set up, as far as timings and their cost depend on it. Notes it beside the timings that are kept. */
export class FunctionConfigurations {
  readonly #options: FunctionConfigurationsOptions;
  /** By target, function and version. */
  readonly #held = new Map<string, Held>();

  constructor(options: FunctionConfigurationsOptions) {
    this.#options = options;
  }

  /** As it was a minute ago at the longest. Undefined where the target does not tell: timings do without. */
  of({ functionName, version = latest }: Configured): Promise<FunctionConfiguration | undefined> {
    const { label } = this.#options.targets;
    const key = [label, functionName, version].join('\n');
    const held = this.#held.get(key);
    if (held && Date.now() - held.askedAt < heldMs) return held.found;
    const found = this.#ask(label, { functionName, version });
    this.#held.set(key, { askedAt: Date.now(), found });
    return found;
  }

  /** What was known of a function holds no longer. */
  forget(functionName: string): void {
    this.#held.delete([this.#options.targets.label, functionName, latest].join('\n'));
  }

  async #ask(
    label: string,
    { functionName, version }: Required<Configured> & { readonly version: string },
  ): Promise<FunctionConfiguration | undefined> {
    const { pipeline, targets, timings } = this.#options;
    try {
      const target = await targets.resolve();
      const qualifier = version === latest ? {} : { qualifier: version };
      const summary = await pipeline.describeFunction({ target, functionName, ...qualifier });
      const { architecture, ephemeralStorageMB } = summary;
      // A published version never changes; of $LATEST it is not known how it was before it was changed last.
      const since = version === latest ? Date.parse(summary.lastModified ?? '') : 0;
      if (Number.isFinite(since)) {
        const kept = { version, since, architecture, ephemeralStorageMB };
        await timings.configured({ target: label, functionName }, kept);
      }
      if (version !== latest) return configurationOf(functionName, summary);
      // Who may not list it does without.
      const provisioned = await pipeline.listProvisioned({ target, functionName }).catch(() => undefined);
      return { ...configurationOf(functionName, summary), ...(provisioned && { provisioned }) };
    } catch (error) {
      // Nobody has asked for it, and what cannot be reached or may not be read is said where somebody does.
      if (isCancellation(error)) this.forget(functionName);
      return undefined;
    }
  }
}

function configurationOf(functionName: string, summary: FunctionSummary): FunctionConfiguration {
  const { arn, architecture, ephemeralStorageMB } = summary;
  const region = /^arn:[^:]*:lambda:([a-z0-9-]+):/.exec(arn)?.[1];
  return {
    functionName,
    ...(region !== undefined && { region }),
    ...(architecture !== undefined && { architecture }),
    ...(ephemeralStorageMB !== undefined && { ephemeralStorageMB }),
  };
}
