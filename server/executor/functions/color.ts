import { TrinoError } from '../../../spi/trinoError.ts';
import type { Value } from '../../../spi/value.ts';
import { doubleText } from '../../function/javaNumberText.ts';
import type { ScalarImplementations } from './implementation.ts';
import { viaUdf } from './viaUdf.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

/** Held as -1 … -8; other colours are 0xRRGGBB. */
const SYSTEM_COLORS = ['BLACK', 'RED', 'GREEN', 'YELLOW', 'BLUE', 'MAGENTA', 'CYAN', 'WHITE'];
const GREEN = -3;
const RED = -2;
const RESET = '\u001b[0m';
const INT_MAX = 2147483647;

function namedColor(text: string): number {
  const digits = /^#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])$/.exec(text);
  if (digits !== null)
    return Number.parseInt(
      [...digits].slice(1).reduce((hex, digit) => hex + digit + digit, ''),
      16,
    );
  const system = SYSTEM_COLORS.indexOf(text.toUpperCase());
  if (system < 0) throw invalid(`Invalid color: '${text}'`);
  return -(system + 1);
}

function rgb(red: Value, green: Value, blue: Value): number {
  return Object.entries({ red, green, blue }).reduce((color, [name, value]) => {
    const part = Number(value);
    if (part < 0 || part > 255) throw invalid(`${name} must be between 0 and 255`);
    return color * 256 + part;
  }, 0);
}

function parts(color: number): readonly [number, number, number] {
  if (color < 0) throw invalid('color is not a valid rgb value');
  return [(color >> 16) & 255, (color >> 8) & 255, color & 255];
}

const f = Math.fround;

/** Hue, saturation and brightness in floats, as Java computes them. */
function hsbOf(color: number): readonly [number, number, number] {
  const [red, green, blue] = parts(color);
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const brightness = f(most / 255);
  if (most === least) return [0, 0, brightness];
  const saturation = f((most - least) / most);
  const share = (part: number): number => f((most - part) / (most - least));
  const hue = red === most ? f(share(blue) - share(green)) : green === most ? f(f(2 + share(red)) - share(blue)) : f(f(4 + share(green)) - share(red));
  const turned = f(hue / 6);
  return [turned < 0 ? f(turned + 1) : turned, saturation, brightness];
}

function colorOf(hue: number, saturation: number, brightness: number): number {
  const byte = (share: number): number => Math.trunc(f(f(share * 255) + 0.5)) & 255;
  const color = (red: number, green: number, blue: number): number => (byte(red) << 16) | (byte(green) << 8) | byte(blue);
  if (saturation === 0) return color(brightness, brightness, brightness);
  const sector = f(f(hue - Math.floor(hue)) * 6);
  const within = f(sector - Math.floor(sector));
  const low = f(brightness * f(1 - saturation));
  const falling = f(brightness * f(1 - f(saturation * within)));
  const rising = f(brightness * f(1 - f(saturation * f(1 - within))));
  switch (Number.isNaN(sector) ? 0 : Math.trunc(sector)) {
    case 0:
      return color(brightness, rising, low);
    case 1:
      return color(falling, brightness, low);
    case 2:
      return color(low, brightness, rising);
    case 3:
      return color(low, falling, brightness);
    case 4:
      return color(rising, low, brightness);
    default:
      return color(brightness, low, falling);
  }
}

function interpolate(fraction: number, low: number, high: number): number {
  const [from, to] = [hsbOf(low), hsbOf(high)];
  const between = (at: 0 | 1 | 2): number => f(f(f(fraction) * f(to[at] - from[at])) + from[at]);
  return colorOf(between(0), between(1), between(2));
}

function color(values: readonly Value[]): number {
  if (values.length === 1) return namedColor(String(values[0]));
  const numbers = values.map(Number);
  const [first = 0, second = 0, third = 0] = numbers;
  const [low = 0, high = 0] = numbers.slice(-2);
  const fraction = values.length === 3 ? first : (first - second) / (third - second);
  if (low < 0) throw invalid('lowColor not a valid RGB color');
  if (high < 0) throw invalid('highColor not a valid RGB color');
  return interpolate(Math.max(0, Math.min(1, fraction)), low, high);
}

/** The terminal's escape for a colour: one of 8, or of a cube of 6 × 6 × 6. */
function escapeOf(value: number): string {
  const index = value < 0 ? -value - 1 : 16 + parts(value).reduce((cube, part) => cube * 6 + Math.trunc((part * 6) / 256), 0);
  return `\u001b[38;5;${index}m`;
}

const rendered = (text: string, value: number): string => escapeOf(value) + text + RESET;

function bar(percent: number, width: number, low: number, high: number): string {
  const wanted = Math.trunc(percent * width);
  const count = Math.max(0, Math.min(width, Number.isNaN(wanted) ? 0 : Math.min(wanted, INT_MAX)));
  const blocks = Array.from({ length: count }, (_, i) => `${escapeOf(interpolate(i / (width - 1), low, high))}\u2588`);
  return blocks.join('') + RESET + ' '.repeat(Math.max(0, width - count));
}

export const colorFunctions: ScalarImplementations = {
  color: viaUdf(color, { mayFail: true }),
  rgb: viaUdf(([red = null, green = null, blue = null]) => rgb(red, green, blue), { mayFail: true }),
  render: viaUdf(
    ([value = null, by = null]) => {
      if (typeof value === 'boolean') return value ? rendered('\u2713', GREEN) : rendered('\u2717', RED);
      return rendered(typeof value === 'number' ? doubleText(value) : String(value), Number(by));
    },
    { mayFail: false },
  ),
  bar: viaUdf(([percent = null, width = null, low = 0xff0000, high = 0x00ff00]) => bar(Number(percent), Number(width), Number(low), Number(high)), {
    mayFail: true,
  }),
};
