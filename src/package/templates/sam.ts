import path from 'node:path';
import { isNode, type TemplateNode } from './read-template.ts';
import {
  first,
  merged,
  settingsOf,
  type Evaluate,
  type RawSettings,
  type TemplateFunction,
} from './template-function.ts';

const functionTypes = new Set(['AWS::Serverless::Function', 'AWS::Lambda::Function']);

/**
 * The functions of a SAM or CloudFormation template whose code is a folder beside it. Parameters stand for their defaults; what else
 * only a deployment knows is named. Source: the SAM specification, `AWS::Serverless::Function` and `Globals`.
 */
export function samFunctions(template: TemplateNode, file: string): TemplateFunction[] {
  const evaluate = evaluator(isNode(template['Parameters']) ? template['Parameters'] : {});
  const globals = isNode(template['Globals']) ? template['Globals']['Function'] : undefined;
  const resources = Object.entries(isNode(template['Resources']) ? template['Resources'] : {});
  return resources.flatMap(([id, resource]) => {
    if (!isNode(resource) || !functionTypes.has(String(resource['Type']))) return [];
    const properties = merged(resource['Type'] === 'AWS::Serverless::Function' && globals, resource['Properties']);
    const code = properties['CodeUri'] ?? properties['Code'];
    if (typeof code !== 'string' || properties['PackageType'] === 'Image') return [];
    const described = settingsOf(
      {
        name: properties['FunctionName'],
        runtime: properties['Runtime'],
        handler: properties['Handler'],
        architecture: first(properties['Architectures']),
        memorySize: properties['MemorySize'],
        timeout: properties['Timeout'],
        // A role of the template's own is made by it.
        role: typeof properties['Role'] === 'string' ? properties['Role'] : undefined,
        environment: merged(variablesOf(globals), variablesOf(properties)),
        layers: properties['Layers'],
        logging: loggingOf(properties['LoggingConfig']),
      },
      evaluate,
    );
    return [{ id, folder: path.resolve(path.dirname(file), code), ...described }];
  });
}

function loggingOf(config: unknown): RawSettings['logging'] {
  if (!isNode(config)) return undefined;
  return {
    format: config['LogFormat'],
    applicationLevel: config['ApplicationLogLevel'],
    systemLevel: config['SystemLogLevel'],
    group: config['LogGroup'],
  };
}

function variablesOf(properties: unknown): unknown {
  const environment = isNode(properties) ? properties['Environment'] : undefined;
  return isNode(environment) ? environment['Variables'] : undefined;
}

/** Evaluates literals, and `Ref`, `Fn::Sub` and `Fn::Join` of parameters that have a default. */
function evaluator(parameters: TemplateNode): Evaluate {
  const parameter = (name: string): string | undefined => {
    const declared = parameters[name];
    const value = isNode(declared) ? declared['Default'] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const evaluate: Evaluate = (raw) => {
    if (typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean') return { value: raw };
    const [name, argument] = Object.entries(isNode(raw) ? raw : {})[0] ?? ['', undefined];
    const unknown = { unknown: shortForm(name, argument) };
    if (name === 'Ref') {
      const value = parameter(String(argument));
      return value === undefined ? unknown : { value };
    }
    if (name === 'Fn::Sub' && typeof argument === 'string') {
      let isKnown = true;
      const value = argument.replaceAll(/\$\{(!?)([^}]*)\}/g, (_, literal: string, inner: string) => {
        const found = literal ? `\${${inner}}` : parameter(inner);
        isKnown &&= found !== undefined;
        return found ?? '';
      });
      return isKnown ? { value } : unknown;
    }
    if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
      const parts = argument[1].map(evaluate);
      const values = parts.flatMap((part) => ('value' in part ? [part.value] : []));
      return values.length === parts.length ? { value: values.join(String(argument[0])) } : unknown;
    }
    return unknown;
  };
  return evaluate;
}

const shortForm = (name: string, argument: unknown): string =>
  `!${name.replace('Fn::', '')}${typeof argument === 'string' ? ` ${argument}` : ''}`;
