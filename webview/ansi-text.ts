// oxlint-disable no-control-regex -- escape sequences are what this file is about.

/** A piece of a line in one style, as names of CSS classes and, for colours that have no name, as numbers. */
export interface StyledPiece {
  readonly text: string;
  readonly style: TextStyle;
}

/** Absent: as the line has it. */
export interface TextStyle {
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly inverse?: true;
  readonly colour?: Colour;
  readonly background?: Colour;
}

/** 0…15 of the theme's terminal colours, or red, green and blue, each 0…255. */
export type Colour = number | readonly [red: number, green: number, blue: number];

/** Select Graphic Rendition, by ; or by : within a colour. */
const graphics = /\x1b\[([\d;:]*)m/g;
/** Other control sequences of ECMA-48: they would move the cursor, set a title, or open a link. */
const otherSequences =
  /\x1b(?:\[[0-?]*[ -/]*[@-ln-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[PX^_][^\x1b]{0,2000}\x1b\\|[ -/]{1,3}[0-~]|[0-OQ-WYZ\\`-~])/g;

/** The text in pieces of one style. Sequences that a terminal obeys otherwise are left out; an escape that begins none stays. */
export function styledPieces(text: string): readonly StyledPiece[] {
  const plain: TextStyle = {};
  if (!text.includes('\x1b')) return [{ text, style: plain }];
  const visible = text.replace(otherSequences, '');
  const pieces: StyledPiece[] = [];
  let style = plain;
  let from = 0;
  for (const found of visible.matchAll(graphics)) {
    if (found.index > from) pieces.push({ text: visible.slice(from, found.index), style });
    style = styleAfter(style, found[1] ?? '');
    from = found.index + found[0].length;
  }
  if (from < visible.length) pieces.push({ text: visible.slice(from), style });
  return pieces;
}

type Changes = { -readonly [Name in keyof TextStyle]: TextStyle[Name] };

const switches: Readonly<Record<number, keyof TextStyle>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  9: 'strike',
};
const ends: Readonly<Record<number, readonly (keyof TextStyle)[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  29: ['strike'],
  39: ['colour'],
  49: ['background'],
};

function styleAfter(before: TextStyle, words: string): TextStyle {
  const style: Changes = { ...before };
  const codes = words.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    const name = switches[code];
    if (code === 0) for (const key of Object.keys(style) as (keyof TextStyle)[]) delete style[key];
    else if (name === 'bold' || name === 'dim' || name === 'italic') style[name] = true;
    else if (name === 'underline' || name === 'inverse' || name === 'strike') style[name] = true;
    else if (ends[code]) for (const key of ends[code]) delete style[key];
    else if (code === 38 || code === 48) {
      const { colour, length } = longColour(codes.slice(at + 1));
      if (colour !== undefined) style[code === 38 ? 'colour' : 'background'] = colour;
      at += length;
    } else if (code >= 30 && code <= 37) style.colour = code - 30;
    else if (code >= 90 && code <= 97) style.colour = code - 82;
    else if (code >= 40 && code <= 47) style.background = code - 40;
    else if (code >= 100 && code <= 107) style.background = code - 92;
  }
  return style;
}

/** 5;N of 256 colours, or 2;R;G;B. */
function longColour([kind, ...numbers]: readonly number[]): { colour?: Colour; length: number } {
  const isByte = (value: number | undefined): value is number => value !== undefined && value >= 0 && value <= 255;
  if (kind === 5) {
    const [index] = numbers;
    return isByte(index) ? { colour: ofPalette(index), length: 2 } : { length: 2 };
  }
  if (kind !== 2) return { length: 1 };
  const [red, green, blue] = numbers;
  return isByte(red) && isByte(green) && isByte(blue) ? { colour: [red, green, blue], length: 4 } : { length: 4 };
}

/** xterm's: 16 of the theme, a cube of six shades each, 24 greys. */
function ofPalette(index: number): Colour {
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const shade = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return [shade(Math.floor(cube / 36)), shade(Math.floor(cube / 6) % 6), shade(cube % 6)];
}
