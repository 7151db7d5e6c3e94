// What other tools' templates say of a function: AWS SAM and CloudFormation, and the Serverless Framework.
import { readFileSync } from 'node:fs';
import { Problem } from '../../problem.ts';

export type TemplateNode = Readonly<Record<string, unknown>>;

export const isNode = (value: unknown): value is TemplateNode =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The tags of CloudFormation's short forms; `!Ref x` is `{ Ref: x }`, all others `{ 'Fn::Name': x }`. */
const shortForms = [
  'Ref', 'Condition', 'And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Not', 'Or',
  'Select', 'Split', 'Sub', 'ToJsonString', 'Transform',
] as const; // prettier-ignore

const longForm = (name: string): string => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`);

/** A template's root, with CloudFormation's short forms written out. Throws `TemplateBroken`, which names the place. */
export async function readTemplate(file: string): Promise<TemplateNode> {
  const { default: yaml } = await import('yaml'); // CommonJS: what it exports is the default
  const { parseDocument, isCollection, isScalar } = yaml;
  const customTags = shortForms.flatMap((name) =>
    ([undefined, 'map', 'seq'] as const).map((collection) => ({
      tag: `!${name}`,
      ...(collection && { collection }),
      resolve: (value: unknown) => ({
        [longForm(name)]: isCollection(value) || isScalar(value) ? value.toJSON() : value,
      }),
    })),
  );
  // JSON is YAML.
  const document = parseDocument(readFileSync(file, 'utf8'), { customTags, merge: true });
  const [error] = document.errors;
  if (error) {
    throw new Problem('TemplateBroken', `${file} is wrong: ${error.message.split('\n')[0]} Correct it and try again.`, {
      cause: error,
    });
  }
  const root: unknown = document.toJS();
  return isNode(root) ? root : {};
}
