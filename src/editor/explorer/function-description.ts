import type { FunctionSummary } from '../../pipeline.ts';
import { englishWords, type Words } from '../words.ts';

/** The grey text beside a function's name: "nodejs24.x · 1.2 kB · Active". */
export function describeFunction(summary: FunctionSummary, { t }: Words = englishWords): string {
  return [summary.runtime ?? t('container image'), formatBytes(summary.codeSize), summary.state]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** Decimal units, as the Lambda console shows code sizes: "840 B", "1.2 kB", "3.4 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** What the tooltip lists, in order; nothing that is not known. */
export function functionFacts(
  summary: FunctionSummary,
  targetLabel: string,
  { t }: Words = englishWords,
): readonly (readonly [string, string])[] {
  const facts: [string, string | undefined][] = [
    [t('Target'), targetLabel],
    [t('Runtime'), summary.runtime],
    [t('State'), summary.state],
    [t('Code size'), formatBytes(summary.codeSize)],
    [t('Memory'), summary.memorySizeMB === undefined ? undefined : `${summary.memorySizeMB} MB`],
    [t('Timeout'), summary.timeoutSeconds === undefined ? undefined : `${summary.timeoutSeconds} s`],
    [t('Last modified'), summary.lastModified],
    ['ARN', summary.arn],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
}
