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

/**
 * The functions of a serverless.yml, whose code is the folder that it lies in. `${env:NAME}` stays, as lambda.json has it too, and
 * `${self:…}` is looked up; what else only a deployment knows is named. Source: the Serverless Framework's reference of serverless.yml.
 */
export function serverlessFunctions(template: TemplateNode, file: string): TemplateFunction[] {
  const provider = isNode(template['provider']) ? template['provider'] : {};
  const evaluate = evaluator(template);
  return Object.entries(isNode(template['functions']) ? template['functions'] : {}).flatMap(([id, described]) => {
    if (!isNode(described) || described['image'] !== undefined) return [];
    const of = (name: string): unknown => described[name] ?? provider[name];
    const found = settingsOf(
      {
        name: described['name'],
        runtime: of('runtime'),
        handler: described['handler'],
        architecture: first(of('architecture')),
        memorySize: of('memorySize'),
        timeout: of('timeout'),
        role: described['role'],
        environment: merged(provider['environment'], described['environment']),
        layers: of('layers'),
        logging: loggingOf(provider['logs'], described['logs']),
      },
      evaluate,
    );
    return [{ id, folder: path.dirname(path.resolve(file)), ...found }];
  });
}

function loggingOf(ofProvider: unknown, ofFunction: unknown): RawSettings['logging'] {
  const logs = merged(isNode(ofProvider) ? ofProvider['lambda'] : undefined, ofFunction);
  return {
    format: logs['logFormat'],
    applicationLevel: logs['applicationLogLevel'],
    systemLevel: logs['systemLogLevel'],
    group: logs['logGroup'],
  };
}

function evaluator(template: TemplateNode): Evaluate {
  const lookUp = (address: string): unknown => {
    let at: unknown = template;
    for (const key of address.split('.')) at = isNode(at) ? at[key] : undefined;
    return at;
  };
  const evaluate: Evaluate = (raw) => {
    if (typeof raw === 'number' || typeof raw === 'boolean') return { value: raw };
    if (typeof raw !== 'string') return { unknown: isNode(raw) ? (Object.keys(raw)[0] ?? '') : String(raw) };
    let missing: string | undefined;
    const value = raw.replaceAll(/\$\{([^}]*)\}/g, (whole, inner: string) => {
      if (/^env:\w+$/.test(inner)) return whole;
      const found = inner.startsWith('self:') ? lookUp(inner.slice('self:'.length)) : undefined;
      const isText = typeof found === 'number' || (typeof found === 'string' && !found.includes('${'));
      if (!isText) missing ??= whole;
      return isText ? String(found) : '';
    });
    return missing === undefined ? { value } : { unknown: missing };
  };
  return evaluate;
}
