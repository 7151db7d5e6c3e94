import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ErrorObject } from 'ajv';
import schema from '../../media/lambda.schema.json' with { type: 'json' };
import { Problem } from '../problem.ts';
import { mayHaveTemplate } from './templates/template-places.ts';

export const settingsFileName = 'lambda.json';

/** How JavaScript and TypeScript are bundled. */
export interface BundleSettings {
  readonly minify?: boolean;
  readonly sourcemap?: boolean;
  readonly format?: 'esm' | 'cjs';
  /** Whether the AWS SDK goes into the bundle, instead of being the runtime's. */
  readonly awsSdk?: boolean;
  readonly external?: readonly string[];
}

/** How a function logs; levels go with JSON. */
export interface LoggingSettings {
  readonly format?: 'Text' | 'JSON';
  readonly applicationLevel?: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
  readonly systemLevel?: 'DEBUG' | 'INFO' | 'WARN';
  /** The log group's name. */
  readonly group?: string;
}

/** What `lambda.json` beside the code says of the function; media/lambda.schema.json describes it. */
export interface FunctionSettings {
  /** A function of a SAM, CloudFormation or Serverless template whose code this is: what is not said here is as there. */
  readonly from?: string;
  readonly name?: string;
  readonly runtime?: string;
  readonly handler?: string;
  readonly architecture?: 'x86_64' | 'arm64';
  /** MB */
  readonly memorySize?: number;
  /** Seconds */
  readonly timeout?: number;
  readonly role?: string;
  /** With `${env:NAME}` as it stands in the file. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly layers?: readonly string[];
  readonly logging?: LoggingSettings;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly bundle?: boolean | BundleSettings;
}

export interface FoundSettings {
  readonly settings: FunctionSettings;
  /** The template's function that they come from, such as `HelloFunction of template.yaml`. */
  readonly source?: string;
  readonly warnings: readonly string[];
}

/**
 * What is known of the function in a folder: what its lambda.json says; or, where there is none, or it says `from`, what a template
 * says of it. Throws `SettingsBroken` and `TemplateBroken`, which name the place.
 */
export async function findSettings(folder: string): Promise<FoundSettings> {
  const own = await readFunctionSettings(folder);
  if (own && own.from === undefined) return { settings: own, warnings: [] };
  if (own === undefined && !mayHaveTemplate(folder)) return { settings: {}, warnings: [] };
  const { templateSettings } = await import('./templates/template-settings.ts');
  const found = await templateSettings(folder, own?.from);
  return { ...found, settings: { ...found.settings, ...own } };
}

/** Throws `SettingsBroken`, which names the place. */
async function readFunctionSettings(folder: string): Promise<FunctionSettings | undefined> {
  let text: string;
  try {
    text = readFileSync(path.join(folder, settingsFileName), 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw broken(`it cannot be read`, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  const { default: ajv } = await import('ajv'); // CommonJS: what it exports is the default
  const isValid = new ajv.Ajv({ allErrors: true, strict: false, verbose: true }).compile<FunctionSettings>(schema);
  if (!isValid(value)) throw broken((isValid.errors ?? []).flatMap(explain).join('; '));
  return value;
}

const broken = (why: string, cause?: unknown): Problem =>
  new Problem('SettingsBroken', `${settingsFileName} is wrong: ${why}. Correct it and try again.`, { cause });

function explain({ instancePath, keyword, message, params, parentSchema, propertyName }: ErrorObject): string[] {
  if (keyword === 'propertyNames') return []; // what is wrong with the name is an error of its own
  const place = [...instancePath.slice(1).split('/'), propertyName].filter(Boolean).join('.') || 'the file';
  if (keyword === 'additionalProperties') {
    const unknown = String(params['additionalProperty']);
    const meant = Object.keys(Object(parentSchema?.['properties'])).find((name) => isLike(name, unknown));
    return [`${place} has no setting "${unknown}"${meant === undefined ? '' : `, but "${meant}"`}`];
  }
  if (keyword === 'enum') return [`${place} is one of ${params['allowedValues'].join(', ')}`];
  const said: unknown = keyword === 'pattern' ? parentSchema?.['patternErrorMessage'] : undefined;
  if (typeof said === 'string') return [`${place} cannot be as it is: ${said.replace(/\.$/, '')}`];
  return [`${place} ${message ?? 'is not allowed'}`];
}

/** Whether one is the beginning of the other, as `memory` is of `memorySize`. */
function isLike(name: string, other: string): boolean {
  const [short = '', long = ''] = [name.toLowerCase(), other.toLowerCase()].sort((a, b) => a.length - b.length);
  return short.length > 2 && long.startsWith(short);
}
