import type { RowField, Type } from '../../../spi/type.ts';

const SIMPLE = new Set([
  'boolean',
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double',
  'date',
  'varbinary',
  'json',
  'uuid',
  'ipaddress',
  'unknown',
] as const);
type SimpleName = typeof SIMPLE extends Set<infer T> ? T : never;

const MAX_PRECISION = { time: 12, timestamp: 12, decimal: 38 } as const;

/** Reads a type as a table description writes it (`VARCHAR(10)`, `ARRAY(ROW(a BIGINT))`); undefined: there is no such type. */
export function parseTypeText(text: string): Type | undefined {
  const reader = new TypeReader(text);
  const type = reader.type();
  return type !== undefined && reader.atEnd() ? type : undefined;
}

class TypeReader {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(text: string) {
    this.tokens = text.match(/"(?:[^"]|"")*"|[A-Za-z_@$][\w@$]*|[0-9]+|[^\s]/g) ?? [];
  }

  atEnd(): boolean {
    return this.at === this.tokens.length;
  }

  type(): Type | undefined {
    const name = this.tokens[this.at++]?.toLowerCase();
    switch (name) {
      case 'varchar': {
        const length = this.numbers(0);
        if (length === undefined || length.length > 1) return undefined;
        return length[0] === undefined ? { kind: 'varchar' } : { kind: 'varchar', length: length[0] };
      }
      case 'char': {
        const length = this.numbers(0);
        return length === undefined || length.length > 1 ? undefined : { kind: 'char', length: length[0] ?? 1 };
      }
      case 'decimal':
        return this.decimal();
      case 'time':
      case 'timestamp':
        return this.temporal(name);
      case 'int':
        return { kind: 'integer' };
      case 'double':
        this.take('precision');
        return { kind: 'double' };
      case 'array': {
        const element = this.parameters((): Type | undefined => this.type());
        return element?.length === 1 && element[0] !== undefined ? { kind: 'array', element: element[0] } : undefined;
      }
      case 'map': {
        const [key, value, more] = this.parameters((): Type | undefined => this.type()) ?? [];
        return key === undefined || value === undefined || more !== undefined ? undefined : { kind: 'map', key, value };
      }
      case 'row': {
        const fields = this.parameters(() => this.field());
        return fields === undefined || fields.length === 0 ? undefined : { kind: 'row', fields };
      }
      case 'interval':
        return this.interval();
      default:
        return isSimple(name) ? { kind: name } : undefined;
    }
  }

  private interval(): Type | undefined {
    if (this.take('day')) return this.take('to') && this.take('second') ? { kind: 'interval day to second' } : undefined;
    return this.take('year') && this.take('to') && this.take('month') ? { kind: 'interval year to month' } : undefined;
  }

  private decimal(): Type | undefined {
    const numbers = this.numbers(0);
    if (numbers === undefined || numbers.length > 2) return undefined;
    const precision = numbers[0] ?? 38;
    const scale = numbers[1] ?? 0;
    return precision < 1 || precision > MAX_PRECISION.decimal || scale > precision ? undefined : { kind: 'decimal', precision, scale };
  }

  private temporal(name: 'time' | 'timestamp'): Type | undefined {
    const numbers = this.numbers(0);
    if (numbers === undefined || numbers.length > 1) return undefined;
    const precision = numbers[0] ?? 3;
    if (precision > MAX_PRECISION[name]) return undefined;
    if (this.take('with')) return this.take('time') && this.take('zone') ? { kind: `${name} with time zone`, precision } : undefined;
    if (this.take('without') && !(this.take('time') && this.take('zone'))) return undefined;
    return { kind: name, precision };
  }

  private field(): RowField | undefined {
    const next = this.tokens[this.at + 1];
    if (next === undefined || next === ',' || next === ')' || next === '(') {
      const type = this.type();
      return type === undefined ? undefined : { type };
    }
    const name = this.tokens[this.at++] ?? '';
    const type = this.type();
    return type === undefined ? undefined : { name: name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name, type };
  }

  private numbers(min: number): number[] | undefined {
    if (this.tokens[this.at] !== '(') return [];
    return this.parameters(() => {
      const token = this.tokens[this.at++] ?? '';
      return /^[0-9]+$/.test(token) && Number(token) >= min ? Number(token) : undefined;
    });
  }

  private parameters<T>(read: () => T | undefined): T[] | undefined {
    if (!this.take('(')) return undefined;
    const found: T[] = [];
    do {
      const one = read();
      if (one === undefined) return undefined;
      found.push(one);
    } while (this.take(','));
    return this.take(')') ? found : undefined;
  }

  private take(word: string): boolean {
    if (this.tokens[this.at]?.toLowerCase() !== word) return false;
    this.at++;
    return true;
  }
}

function isSimple(name: string | undefined): name is SimpleName {
  return name !== undefined && (SIMPLE as ReadonlySet<string>).has(name);
}
