import path from 'node:path';
import { Problem } from '../../problem.ts';
import type { FoundSettings } from '../function-settings.ts';
import { findTemplate } from './find-template.ts';

/**
 * What a template says of the function in a folder: of the only one there, or of the one named `wanted`. Throws
 * `TemplateFunctionMissing` where there is none of that name.
 */
export async function templateSettings(folder: string, wanted: string | undefined): Promise<FoundSettings> {
  const template = await findTemplate(folder);
  const functions = template?.functions ?? [];
  const chosen = wanted === undefined ? functions : functions.filter(({ id }) => id === wanted);
  const [only] = chosen;
  const where = template ? path.relative(folder, template.file) : '';
  const names = functions.map(({ id }) => id).join(', ');
  if (wanted !== undefined && !only) {
    throw new Problem(
      'TemplateFunctionMissing',
      template
        ? `${where} has no function ${wanted} with its code in this folder, only ${names}. Correct "from" in lambda.json.`
        : `No template.yaml or serverless.yml has a function with its code in ${folder}. Take "from" out of lambda.json.`,
    );
  }
  if (!template || !only) return { settings: {}, warnings: [] };
  if (chosen.length > 1) {
    const warning = `${where} has several functions with this code: ${names}. To take over the settings of one, say {"from": "${only.id}"} in lambda.json.`;
    return { settings: {}, warnings: [warning] };
  }
  const source = `${only.id} of ${where}`;
  const warnings =
    only.unknown.length === 0
      ? []
      : [
          `Only a deployment of ${where} knows what stands for ${only.unknown.join(', ')}. Say it in lambda.json, with "from": "${only.id}", where the function needs it.`,
        ];
  return { settings: only.settings, source, warnings };
}
