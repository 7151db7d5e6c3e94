import type uPlot from 'uplot';
import type { InvocationTiming } from '../src/observe/timing.ts';
import type { Throttled } from '../src/protocol/panel.ts';
import { counted } from './format.ts';

/** Below the bars, px: nothing there can be taken for one of them. */
export const stripHeight = 24;
const lineAt = 6;
const textAt = 21;

/** Refused invocations of a period among the bars: from the first bar that began in it to the last, or between two bars. */
export interface ThrottleMark {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly periodMs: number;
}

/** `shown`: the bars, by their start; `isAll`: there are none before them. Those of several functions are added up. */
export function throttleMarks(
  throttles: readonly Throttled[],
  shown: readonly InvocationTiming[],
  isAll: boolean,
): ThrottleMark[] {
  const byTime = Map.groupBy(throttles, ({ time }) => time);
  const oldest = shown[0]?.startedAt ?? 0;
  return [...byTime].flatMap(([time, those]) => {
    const periodMs = those[0]?.periodMs ?? 0;
    const end = time + periodMs;
    if (!isAll && end <= oldest) return [];
    const count = those.reduce((sum, each) => sum + each.count, 0);
    const first = shown.filter(({ startedAt }) => startedAt < time).length;
    const next = shown.filter(({ startedAt }) => startedAt < end).length;
    // Between two bars where none began in it.
    const place = next > first ? { from: first - 0.36, to: next - 0.64 } : { from: first - 0.5, to: first - 0.5 };
    return [{ ...place, count, periodMs }];
  });
}

/** Draws them below the bars: a bracket under those of its period, a cross, and how many; a number that has no room is left out. */
export function drawThrottles(
  plot: uPlot,
  marks: readonly ThrottleMark[],
  look: { colour: string; font: string },
): void {
  const { ctx } = plot;
  const px = devicePixelRatio;
  const base = plot.valToPos(0, 'y', true);
  const arm = 3 * px;
  let freeFrom = -Infinity;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = look.colour;
  ctx.lineWidth = 2 * px;
  ctx.font = look.font.replace(/^\d+/, (size) => String(Number(size) * px));
  ctx.textAlign = 'center';
  for (const { from, to, count } of marks) {
    const left = plot.valToPos(from, 'x', true);
    const right = plot.valToPos(to, 'x', true);
    const middle = (left + right) / 2;
    const y = base + lineAt * px;
    ctx.beginPath();
    if (right > left) {
      ctx.moveTo(left, y - arm);
      ctx.lineTo(left, y);
      ctx.lineTo(right, y);
      ctx.lineTo(right, y - arm);
    }
    ctx.moveTo(middle - arm, y - arm);
    ctx.lineTo(middle + arm, y + arm);
    ctx.moveTo(middle - arm, y + arm);
    ctx.lineTo(middle + arm, y - arm);
    ctx.stroke();
    const text = counted(count);
    const half = ctx.measureText(text).width / 2;
    const at = Math.min(middle, ctx.canvas.width - half);
    if (at - half < freeFrom) continue;
    ctx.fillText(text, at, base + textAt * px);
    freeFrom = at + half + 4 * px;
  }
  ctx.restore();
}
