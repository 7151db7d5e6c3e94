import { invalidParameter, notFound } from '../http/service-error.ts';
import type { CodeStore } from '../store/code-store.ts';
import type { LayerStore, LayerVersion } from '../store/layer-store.ts';
import type { Whereabouts } from './configuration.ts';
import { field, text } from './desired.ts';
import type { OperationTable } from './operation.ts';
import { pageOf } from './paging.ts';

export interface LayersOptions {
  readonly store: LayerStore;
  readonly code: CodeStore;
  readonly where: Whereabouts;
  /** A link that downloads a package, valid for ten minutes. */
  readonly downloadUrl: (codeSha256: string) => string;
}

type Input = Readonly<Record<string, unknown>>;

export const layerArn = ({ region, accountId }: Whereabouts, name: string): string =>
  `arn:aws:lambda:${region}:${accountId}:layer:${name}`;

/** The layer resource: published, read, listed, deleted. A function keeps the content of versions deleted later. */
export class Layers {
  readonly operations: OperationTable;
  readonly #options: LayersOptions;

  constructor(options: LayersOptions) {
    this.#options = options;
    this.operations = {
      PublishLayerVersion: async (input) => this.#publish(input),
      GetLayerVersion: (input) => this.#get(nameOf(input['LayerName']), versionOf(input)),
      GetLayerVersionByArn: (input) => {
        const [name, version] = nameAndVersion(text(input['Arn']) ?? '');
        return this.#get(name, version);
      },
      ListLayers: (input) => this.#list(input),
      ListLayerVersions: (input) => this.#listVersions(input),
      DeleteLayerVersion: (input) => {
        options.store.delete(nameOf(input['LayerName']), versionOf(input));
        return undefined;
      },
    };
  }

  async #publish(input: Input): Promise<unknown> {
    const zip = field(input['Content'], 'ZipFile');
    if (!(zip instanceof Buffer)) {
      throw invalidParameter(
        'The local Lambda takes layers as ZipFile; it has no S3. Send the zip itself, or publish this layer on AWS.',
      );
    }
    const stored = await this.#options.code.add(zip);
    const licenseInfo = text(input['LicenseInfo']);
    const layer = this.#options.store.publish({
      ...stored,
      name: nameOf(input['LayerName']),
      description: text(input['Description']) ?? '',
      created: new Date().toISOString().replace('Z', '+0000'),
      compatibleRuntimes: texts(input['CompatibleRuntimes']),
      compatibleArchitectures: texts(input['CompatibleArchitectures']),
      ...(licenseInfo !== undefined && { licenseInfo }),
    });
    return this.#withContent(layer);
  }

  #get(name: string, version: number): unknown {
    const layer = this.#options.store.get(name, version);
    if (!layer) throw notFound('The resource you requested does not exist.');
    return this.#withContent(layer);
  }

  #list(input: Input): unknown {
    const { store, where } = this.#options;
    const read = (after: string, limit: number) =>
      store
        .names(after)
        .flatMap((name) => {
          const latest = store.versions(name).find(fits(input));
          if (!latest) return [];
          return { LayerName: name, LayerArn: layerArn(where, name), LatestMatchingVersion: this.#describe(latest) };
        })
        .slice(0, limit);
    const { page, next } = pageOf(input, read, ({ LayerName }) => LayerName);
    return { Layers: page, ...next };
  }

  #listVersions(input: Input): unknown {
    const all = this.#options.store.versions(nameOf(input['LayerName'])).filter(fits(input));
    const read = (after: string, limit: number): LayerVersion[] =>
      all.filter(({ version }) => after === '' || version < Number(after)).slice(0, limit);
    const { page, next } = pageOf(input, read, ({ version }) => String(version));
    return { LayerVersions: page.map((layer) => this.#describe(layer)), ...next };
  }

  /** The API's LayerVersionsListItem. */
  #describe(layer: LayerVersion): Record<string, unknown> {
    const { name, version, description, created, compatibleRuntimes, compatibleArchitectures, licenseInfo } = layer;
    return {
      LayerVersionArn: `${layerArn(this.#options.where, name)}:${version}`,
      Version: version,
      Description: description,
      CreatedDate: created,
      ...(compatibleRuntimes.length > 0 && { CompatibleRuntimes: compatibleRuntimes }),
      ...(compatibleArchitectures.length > 0 && { CompatibleArchitectures: compatibleArchitectures }),
      ...(licenseInfo !== undefined && { LicenseInfo: licenseInfo }),
    };
  }

  /** The API's GetLayerVersionResponse. */
  #withContent(layer: LayerVersion): Record<string, unknown> {
    const { codeSha256, codeSize } = layer;
    return {
      ...this.#describe(layer),
      LayerArn: layerArn(this.#options.where, layer.name),
      Content: { Location: this.#options.downloadUrl(codeSha256), CodeSha256: codeSha256, CodeSize: codeSize },
    };
  }
}

/** `LayerName` is a name or an ARN without a version. */
export const nameOf = (given: unknown): string => text(given)?.split(':').at(-1) ?? '';

export function nameAndVersion(arn: string): readonly [name: string, version: number] {
  const [name = '', version = ''] = arn.split(':').slice(-2);
  return [name, Number(version)];
}

export function versionOf(input: Input): number {
  const version = Number(input['VersionNumber']);
  if (version < 1) throw invalidParameter('Layer Version Cannot be less than 1');
  return version;
}

/** A version that names no runtimes (or architectures) fits where none is asked for. */
function fits(input: Input): (layer: LayerVersion) => boolean {
  const runtime = text(input['CompatibleRuntime']);
  const architecture = text(input['CompatibleArchitecture']);
  return ({ compatibleRuntimes, compatibleArchitectures }) =>
    (runtime === undefined || compatibleRuntimes.includes(runtime)) &&
    (architecture === undefined || compatibleArchitectures.includes(architecture));
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
