// The layers of a function: which it may have, and how much of them.
import { invalidParameter } from '../http/service-error.ts';
import type { CodeStore } from '../store/code-store.ts';
import type { FunctionRecord, UsedLayer } from '../store/function-store.ts';
import type { LayerStore } from '../store/layer-store.ts';
import { maxUnzippedBytes } from '../store/unzip.ts';
import type { Whereabouts } from './configuration.ts';
import { nameAndVersion } from './layers.ts';

const most = 5;

export class FunctionLayers {
  readonly #store: LayerStore;
  readonly #code: CodeStore;
  readonly #where: Whereabouts;

  constructor({ store, code, where }: { store: LayerStore; code: CodeStore; where: Whereabouts }) {
    this.#store = store;
    this.#code = code;
    this.#where = where;
  }

  /** The layers that an input's `Layers` asks for; nothing where it says nothing. Throws InvalidParameterValueException. */
  read(input: Readonly<Record<string, unknown>>): readonly UsedLayer[] | undefined {
    const given = input['Layers'];
    if (!Array.isArray(given)) return undefined;
    if (given.length > most) throw invalidParameter(`Cannot reference more than ${most} layers.`);
    const arns = given.map(String);
    const byLayer = new Map<string, string>();
    for (const arn of arns) {
      const layer = arn.replace(/:\d+$/, '');
      const other = byLayer.get(layer);
      if (other !== undefined) {
        throw invalidParameter(
          `Two different versions of the same layer are not allowed to be referenced in the same function. ${arn} and ${other} are versions of the same layer.`,
        );
      }
      byLayer.set(layer, arn);
    }
    return arns.map((arn) => this.#find(arn));
  }

  /** Throws InvalidParameterValueException where code and layers together are larger than Lambda takes. */
  async checkSize({ codeSha256, layers = [] }: Pick<FunctionRecord, 'codeSha256' | 'layers'>): Promise<void> {
    if (layers.length === 0) return; // of the code alone, the size was judged when it came
    let bytes = 0;
    for (const each of [codeSha256, ...layers.map((layer) => layer.codeSha256)])
      bytes += await this.#code.unzippedBytes(each);
    if (bytes <= maxUnzippedBytes) return;
    throw invalidParameter(
      `Function code combined with layers exceeds the maximum allowed size of ${maxUnzippedBytes} bytes. The actual size is ${bytes} bytes.`,
    );
  }

  #find(arn: string): UsedLayer {
    const [, , , region, account] = arn.split(':');
    if (account !== this.#where.accountId) {
      throw invalidParameter(
        `The layer ${arn} lies in an account of AWS, which the local Lambda does not reach. Download it (aws lambda get-layer-version-by-arn shows where) and publish it locally with lambda-workbench layer publish; then name the ARN that this prints.`,
      );
    }
    if (region !== this.#where.region) {
      throw invalidParameter(
        `Layers are not in the same region as the function. Layers are expected to be in region ${this.#where.region}.`,
      );
    }
    const layer = this.#store.get(...nameAndVersion(arn));
    if (!layer) throw invalidParameter(`Layer version ${arn} does not exist.`);
    return { arn, codeSha256: layer.codeSha256, codeSize: layer.codeSize };
  }
}
