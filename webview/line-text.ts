import { html, nothing, type TemplateResult } from 'lit';
import { styledPieces, type Colour, type TextStyle } from './ansi-text.ts';
import { withSourceLinks } from './source-links.ts';
import { withTraceLinks } from './trace-links.ts';
import { visibleText } from './visible-text.ts';

/** Of one line; what follows has no style. */
const mostPieces = 1000;

/** Where the target has X-Ray, ids of traces are links. */
export interface LinkOptions {
  readonly hasTraces: boolean;
}

/** A line's text in the colours that it asks a terminal for, with links into the function's code and to its traces. */
export function lineText(text: string, options: LinkOptions): TemplateResult | string | (TemplateResult | string)[] {
  const pieces = styledPieces(text.replace(/[\r\n]+$/, ''));
  const [first] = pieces;
  if (pieces.length === 1 && first && classesOf(first.style) === '') return withLinks(visibleText(first.text), options);
  const rest = pieces.slice(mostPieces).map((piece) => piece.text);
  return [
    ...pieces.slice(0, mostPieces).map(({ text: words, style }) => {
      const shown = withLinks(visibleText(words, { keepEnd: true }), options);
      return html`<span class=${classesOf(style) || nothing}>${shown}</span>`;
    }),
    withLinks(visibleText(rest.join('')), options),
  ];
}

const withLinks = (text: string, { hasTraces }: LinkOptions): TemplateResult | string =>
  withSourceLinks(text, hasTraces ? withTraceLinks : (plain) => plain);

/** Names that the style sheet gives the theme's terminal colours. */
function classesOf({ colour, background, inverse, ...switches }: TextStyle): string {
  const [ink, ground] = inverse ? [background ?? 'ground', colour ?? 'ink'] : [colour, background];
  return [
    ...Object.keys(switches).map((name) => `ansi-${name}`),
    ...(ink === undefined ? [] : [`ansi-ink-${nameOf(ink)}`]),
    ...(ground === undefined ? [] : [`ansi-ground-${nameOf(ground)}`]),
  ].join(' ');
}

const nameOf = (colour: Colour | string): string =>
  typeof colour === 'object' ? String(nearestNamed(colour)) : String(colour);

/** The hues of red, yellow, green, cyan, blue and magenta, by sixths of the circle. */
const hues = [1, 3, 2, 6, 4, 5] as const;

/** Of the theme's sixteen, the one that a colour is most like: a theme's own can be read on its background. */
function nearestNamed([red, green, blue]: readonly [number, number, number]): number {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const spread = most - least;
  const light = (most + least) / 2;
  if (spread < 40) return light < 48 ? 0 : light < 128 ? 8 : light < 215 ? 7 : 15;
  const turn =
    most === red
      ? ((green - blue) / spread + 6) % 6
      : most === green
        ? (blue - red) / spread + 2
        : (red - green) / spread + 4;
  const hue = hues[Math.round(turn) % 6] ?? 1;
  return light > 150 ? hue + 8 : hue;
}
