import { invalidToken } from './metrics-errors.ts';

/** Stands for what comes after the first `position` of something. */
export const tokenOf = (position: number): string => Buffer.from(`from ${position}`).toString('base64');

/** The position that a NextToken stands for. Throws InvalidNextToken where it was never given out for so many. */
export function pageFrom(token: unknown, total: number): number {
  if (token === undefined || token === null) return 0;
  const text = typeof token === 'string' ? Buffer.from(token, 'base64').toString('utf8') : '';
  const [, position] = /^from (\d{1,9})$/.exec(text) ?? [];
  if (position === undefined || Number(position) >= total) throw invalidToken();
  return Number(position);
}
