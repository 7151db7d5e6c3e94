import type { BundleContents } from './bundle-typescript.ts';
import type { LeftOut } from './collect-files.ts';
import type { FunctionSettings } from './function-settings.ts';

/** What a workspace folder becomes: a flat zip on disk, and what CreateFunction needs to know about it. */
export interface DeploymentPackage {
  /** Absolute path of the .zip. */
  readonly file: string;
  /** Base64 of the SHA-256 of the zip, as Lambda's `CodeSha256`. */
  readonly codeSha256: string;
  readonly zippedBytes: number;
  readonly unzippedBytes: number;
  readonly entryCount: number;
  /** Paths inside the zip, sorted bytewise; folders end with "/". */
  readonly entries: readonly { readonly path: string; readonly bytes: number; readonly zippedBytes?: number }[];
  /** A Lambda runtime identifier, such as `nodejs24.x`. */
  readonly runtime: string;
  /** As Lambda's `Handler`, such as `index.handler`. */
  readonly handler: string;
  /** What lambda.json beside the code says, or a template; a deployment takes it where nothing else is said. */
  readonly settings: FunctionSettings;
  /** The template's function that they come from, such as `HelloFunction of template.yaml`. */
  readonly settingsFrom?: string;
  /** Made of sources that a source map in it leads back to, which Node.js reads only when told to. */
  readonly hasSourceMap?: true;
  /** What is in the module that was bundled. */
  readonly bundle?: BundleContents;
  /** Who asked for a folder or file at the root, where the language's own records say it: from a direct dependency down to it. */
  readonly because?: Readonly<Record<string, readonly string[]>>;
  /** It is larger than a request may be, which only a deployment minds: a sentence that says what to do. */
  readonly overDirectUpload?: string;
  /** What of the folder is not in it, and why. */
  readonly leftOut: readonly LeftOut[];
  /** Things the user should know, one sentence each; the package is still good. */
  readonly warnings: readonly string[];
}

export interface PackageOptions {
  /** Absolute: build tools run in it. */
  readonly folder: string;
  /** Where the zip goes; replaced in one step, and only once it is whole. */
  readonly outFile: string;
  /** Asked for or known already; otherwise found from what lies in the folder. */
  readonly runtime?: string;
  readonly handler?: string;
  /** Where packages are remembered, so that only what changed is read again; the user's cache folder unless given. */
  readonly cacheFolder?: string;
  /** Where the zip is written until it is whole; beside `outFile` unless given. */
  readonly halfFile?: string;
  /** Called where there is something to compress, before it is. */
  readonly onCompress?: () => void;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly message: string; readonly fraction?: number }) => void;
}
