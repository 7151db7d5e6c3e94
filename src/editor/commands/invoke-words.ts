import type { InvokeResult } from '../../pipeline.ts';
import type { PanelResult } from '../../protocol/panel.ts';
import { englishWords, type Words } from '../words.ts';

/** One line: "hello: 200 · 12.4 ms · cold start 96 ms", "hello: Unhandled · TypeError: x is not a function · 3 ms". */
export function summarizeResult(functionName: string, result: InvokeResult, words: Words = englishWords): string {
  const { timing } = result;
  const { t } = words;
  const parts =
    result.functionError === undefined
      ? [outcomeOf(result, words)]
      : [t('{0} error', result.functionError), ...errorMessageIn(result.payload)];
  if (result.mode === 'sync') parts.push(`${timing?.durationMs ?? Math.round(result.elapsedMs)} ms`);
  if (timing?.initDurationMs !== undefined) parts.push(t('cold start {0} ms', timing.initDurationMs));
  return `${functionName}: ${parts.join(' · ')}`;
}

/** Everything that came back, for the output channel. */
export function describeResult(functionName: string, result: InvokeResult, words: Words = englishWords): string {
  const { t } = words;
  const lines = [`── ${summarizeResult(functionName, result, words)} · ${t('request {0}', result.requestId)}`];
  if (result.payload !== undefined && result.payload !== '') lines.push(prettyJson(result.payload));
  if (result.logTail !== undefined) lines.push(t('Log tail:'), result.logTail.trimEnd());
  return `${lines.join('\n')}\n`;
}

/** More of a response than a panel can sensibly show. */
const maxPanelCharacters = 100_000;

/** The result as the panel shows it; the output channel has all of a long response. */
export function resultForPanel(functionName: string, result: InvokeResult, words: Words = englishWords): PanelResult {
  const text = prettyJson(result.payload ?? '');
  const cut = text.length > maxPanelCharacters;
  return {
    requestId: result.requestId,
    failed: result.functionError !== undefined,
    summary: summarizeResult(functionName, result, words),
    body: cut ? `${text.slice(0, maxPanelCharacters)}\n${words.t('… (all of it is in the Lambda output)')}` : text,
  };
}

function outcomeOf({ mode, statusCode }: InvokeResult, { t }: Words): string {
  if (mode === 'async') return t('{0} · queued', statusCode);
  return mode === 'dry-run' ? t('{0} · may be invoked', statusCode) : String(statusCode);
}

/** Lambda puts `errorType` and `errorMessage` into the response of a failed invocation. */
function errorMessageIn(payload: string | undefined): string[] {
  const response = parsed(payload ?? '');
  if (typeof response !== 'object' || response === null || !('errorMessage' in response)) return [];
  const type = 'errorType' in response && typeof response.errorType === 'string' ? `${response.errorType}: ` : '';
  return [type + String(response.errorMessage)];
}

function prettyJson(text: string): string {
  const value = parsed(text);
  return value === undefined ? text : JSON.stringify(value, undefined, 2);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A function may return what is not JSON; it is shown as it came.
    return undefined;
  }
}
