import { malformedPolicy } from './iam-errors.ts';

type Kind = 'identity' | 'trust';

const versions: readonly unknown[] = ['2012-10-17', '2008-10-17', undefined];

/**
 * Throws MalformedPolicyDocument for what is no policy: of an identity, which names what may be done to what, or of a role's trust, which
 * names who may assume it. What a policy allows is not looked at.
 */
export function checkPolicy(text: string, kind: Kind): void {
  const document = parse(text);
  if (!isRecord(document)) throw malformedPolicy('Syntax errors in policy.');
  if (!versions.includes(document['Version'])) throw malformedPolicy('The policy must contain a valid version string');
  const statements = [document['Statement']].flat();
  if (document['Statement'] === undefined || statements.length === 0) throw malformedPolicy('Syntax errors in policy.');
  for (const statement of statements) checkStatement(statement, kind);
}

function checkStatement(statement: unknown, kind: Kind): void {
  if (!isRecord(statement)) throw malformedPolicy('Syntax errors in policy.');
  const has = (name: string): boolean => statement[name] !== undefined;
  if (!['Allow', 'Deny'].includes(String(statement['Effect'])))
    throw malformedPolicy(
      has('Effect') ? `Invalid effect: ${String(statement['Effect'])}` : 'Missing required field Effect',
    );
  if (!has('Action') && !has('NotAction')) throw malformedPolicy('Missing required field Action');
  if (kind === 'trust') {
    if (has('Resource') || has('NotResource')) throw malformedPolicy('Has prohibited field Resource');
    if (!has('Principal') && !has('NotPrincipal')) throw malformedPolicy('Missing required field Principal');
    return;
  }
  if (has('Principal') || has('NotPrincipal')) throw malformedPolicy('Policy document should not specify a principal.');
  if (!has('Resource') && !has('NotResource')) throw malformedPolicy('Policy statement must contain resources.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
