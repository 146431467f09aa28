import { FormatError, type FormatPart, type FormatSpecifier, parseFormat, refuseFlags, specifierText } from './formatSpecifier.ts';
import type { FormatValue } from './formatValue.ts';
import { dateTimeText } from './momentFormat.ts';
import { floatText, illegalConversion, integerText } from './numberFormat.ts';
import { hashOf, textOf } from './valueText.ts';

/** What String.format of Java answers, in English; throws FormatError. */
export function formatJava(pattern: string, values: readonly FormatValue[]): string {
  const parts = parseFormat(pattern);
  let ordinary = 0;
  let last = -1;
  return parts.map((part) => partText(part, (specifier) => values[next(specifier)])).join('');

  function next(specifier: FormatSpecifier): number {
    if (specifier.index === 0) last = ordinary++;
    else if (specifier.index > 0) last = specifier.index - 1;
    if (last < 0 || last >= values.length) throw new FormatError('MissingFormatArgument', `Format specifier '${specifierText(specifier)}'`);
    return last;
  }
}

function partText(part: FormatPart, argument: (specifier: FormatSpecifier) => FormatValue | undefined): string {
  if (typeof part === 'string') return part;
  if (part.conversion === '%' && !part.dateTime) return justified(part, '%');
  if (part.conversion === 'n' && !part.dateTime) return '\n';
  return valueText(part, argument(part) ?? { kind: 'null' });
}

function valueText(specifier: FormatSpecifier, value: FormatValue): string {
  const { conversion, flags } = specifier;
  if (specifier.dateTime) return justified(specifier, value.kind === 'null' ? 'null' : dateTimeText(conversion, value));
  switch (conversion) {
    case 'b':
      return cut(specifier, value.kind === 'Boolean' ? String(value.value) : String(value.kind !== 'null'));
    case 's':
      if (flags.includes('#')) refuseFlags(specifier, '#');
      return cut(specifier, textOf(value));
    case 'h':
      return cut(specifier, value.kind === 'null' ? 'null' : (hashOf(value) >>> 0).toString(16));
    case 'c':
      if (value.kind !== 'null') throw illegalConversion('c', value);
      return justified(specifier, 'null');
    case 'd':
    case 'o':
    case 'x':
      return value.kind === 'null' ? cut(specifier, 'null') : justified(specifier, integerText(specifier, value));
    default:
      return value.kind === 'null' ? cut(specifier, 'null') : justified(specifier, floatText(specifier, value));
  }
}

/** A text's first characters, as many as the precision says. */
function cut(specifier: FormatSpecifier, text: string): string {
  return justified(specifier, specifier.precision === -1 ? text : text.slice(0, specifier.precision));
}

function justified({ flags, width, upper }: FormatSpecifier, text: string): string {
  const cased = upper ? text.toUpperCase() : text;
  return flags.includes('-') ? cased.padEnd(width) : cased.padStart(width);
}
