import type { Random } from '../random.ts';
import { COLUMNS, type FuzzColumn, type Kind } from './tables.ts';

const TEXT_LITERALS = ["''", "' '", "'a'", "'A'", "'b'", "'ä'", "'Z'", "'a '", "'ab'", "'ß'", "'😀'", "'\uffee'", "'10'", "'9'", "'\\'"];
const PATTERNS = ["'a%'", "'%'", "'_'", "'%b'", "'A_'", "''", "'%\\%'", "'a\\'", "'ä%'", "'%😀'", "'__'", "'a%b'", "'%s%'"];
const ESCAPED = ["'a$%' ESCAPE '$'", "'$_%' ESCAPE '$'", "'%\\_' ESCAPE '\\'", "'\\\\' ESCAPE '\\'"];
const COMPARISONS = ['=', '<>', '<', '<=', '>', '>=', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'];
const UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];
const FIELDS = ['year', 'quarter', 'month', 'week', 'day', 'day_of_week', 'day_of_year', 'year_of_week', 'hour', 'minute', 'second'];
const DATE_FIELDS = FIELDS.slice(0, 8);
const ZONES = ["'UTC'", "'America/New_York'", "'Asia/Kathmandu'", "'+05:30'"];
const INTERVALS = ["INTERVAL '1' DAY", "INTERVAL '-3' HOUR", "INTERVAL '1.5' SECOND", "INTERVAL '1' MONTH", "INTERVAL '-13' MONTH", "INTERVAL '1' YEAR"];
const DATE_INTERVALS = ["INTERVAL '1' DAY", "INTERVAL '-7' DAY", "INTERVAL '1' MONTH", "INTERVAL '-1' YEAR"];
const INSTANTS = [
  "TIMESTAMP '2024-03-31 01:30:00 UTC'",
  "TIMESTAMP '2024-03-31 01:30:00 America/New_York'",
  "TIMESTAMP '2020-02-29 23:59:59.999999 +05:30'",
  "TIMESTAMP '0001-01-01 00:00:00 UTC'",
  "TIMESTAMP '1969-12-31 12:34:56.789012 UTC'",
];

/** Random conditions and values over the columns; `prefix` is that of the relation, as in `a.`. */
export class PredicateGenerator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  next(prefix: string, depth = 0): string {
    if (depth < 3 && this.#random.chance(30)) {
      switch (this.#random.below(4)) {
        case 0:
          return `NOT (${this.next(prefix, depth + 1)})`;
        case 1:
          return `(${this.next(prefix, depth + 1)} OR ${this.next(prefix, depth + 1)})`;
        default:
          return `${this.next(prefix, depth + 1)} AND ${this.next(prefix, depth + 1)}`;
      }
    }
    return `(${this.#simple(prefix)})`;
  }

  #column(prefix: string, ...kinds: Kind[]): FuzzColumn {
    const column = this.#random.pick(COLUMNS.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind)));
    return { ...column, name: prefix + column.name };
  }

  #simple(prefix: string): string {
    const column = this.#column(prefix);
    switch (column.kind) {
      case 'json':
        return this.#json(column.name);
      case 'array':
        return this.#array(column);
      case 'boolean':
        return this.#random.pick([column.name, `NOT ${column.name}`, this.#compared(column), this.#missing(column)]);
      default:
        break;
    }
    switch (this.#random.below(9)) {
      case 0:
        return this.#missing(column);
      case 1:
        return this.#listed(column);
      case 2:
        return `${column.name} ${this.#random.pick(['', 'NOT '])}BETWEEN ${this.#literal(column)} AND ${this.#literal(column)}`;
      case 3:
      case 4:
        return column.kind === 'text' && this.#random.chance(60) ? this.#like(column.name) : this.#derived(prefix);
      case 5:
        return this.#beside(prefix, column);
      default:
        return this.#compared(column);
    }
  }

  #missing({ name }: FuzzColumn): string {
    return `${name} IS ${this.#random.pick(['', 'NOT '])}NULL`;
  }

  #literal({ kind, literals, trinoType }: FuzzColumn): string {
    if (this.#random.chance(4)) return 'NULL';
    switch (kind) {
      case 'integer':
        return this.#random.pick([...literals, '0', '1', '-1', '2', '7', '100', '1.5', '1e0', '32768']);
      case 'decimal':
        return this.#random.pick([...literals, '0', '1', '1.5', '-0.01', '0.10', '1e0', '1000', "BIGINT '1'"]);
      case 'floating':
        return this.#random.pick([...literals, '0', '1', '1.5e0', 'nan()', 'infinity()', '-infinity()', '0.1', `CAST(1.5 AS ${trinoType})`]);
      case 'text':
        return this.#random.pick([...literals, ...TEXT_LITERALS]);
      case 'char':
        return this.#random.pick([...literals, ...TEXT_LITERALS.slice(0, 8), "CHAR 'a'"]);
      case 'instant':
        return this.#random.pick([...literals, ...INSTANTS, "TIMESTAMP '2024-03-31 02:30:00'", "DATE '2020-02-29'"]);
      case 'timestamp':
        return this.#random.pick([...literals, "DATE '2020-02-29'", ...INSTANTS.slice(0, 2), "TIMESTAMP '2020-02-29 23:59:59.999999'"]);
      case 'date':
        return this.#random.pick([...literals, "TIMESTAMP '2020-02-29 12:00:00'", 'current_date', 'CAST(now() AS date)']);
      default:
        return this.#random.pick(literals);
    }
  }

  #compared(column: FuzzColumn): string {
    const [left, right] = this.#random.chance(85) ? [column.name, this.#literal(column)] : [this.#literal(column), column.name];
    return `${left} ${this.#random.pick(COMPARISONS)} ${right}`;
  }

  #listed(column: FuzzColumn): string {
    const list = Array.from({ length: 1 + this.#random.below(5) }, () => this.#literal(column));
    return `${column.name} ${this.#random.pick(['IN', 'NOT IN'])} (${list.join(', ')})`;
  }

  #like(name: string): string {
    return `${name} ${this.#random.pick(['LIKE', 'LIKE', 'NOT LIKE'])} ${this.#random.pick([...PATTERNS, ...PATTERNS, ...ESCAPED])}`;
  }

  /** Two columns of one kind. */
  #beside(prefix: string, column: FuzzColumn): string {
    const other = this.#column(prefix, column.kind);
    return `${column.name} ${this.#random.pick(COMPARISONS)} ${other.name}`;
  }

  #json(name: string): string {
    const path = this.#random.pick(["'$.a'", "'$.a'", "'$.b'", "'$.a.b'", "'$[0]'", '\'$["a"]\'', "'$'"]);
    const field = `json_extract_scalar(${name}, ${path})`;
    const item = () => this.#random.pick(["'1'", "'1.0'", "'x'", "''", "'true'", "'10'", "'null'", "'a'"]);
    return this.#random.pick([
      `${field} = ${item()}`,
      `${field} IN (${item()}, ${item()})`,
      `${field} <> ${item()}`,
      `${field} IS NULL`,
      `${name} IS NOT NULL`,
      `NOT (${field} = ${item()})`,
      `json_exists(${name}, 'lax $.a')`,
    ]);
  }

  #array(column: FuzzColumn): string {
    const item = this.#random.pick(column.literals);
    return this.#random.pick([
      `contains(${column.name}, ${item})`,
      `NOT contains(${column.name}, ${item})`,
      `contains(${column.name}, ${item}) OR id = 3`.replace('id', `${column.name.includes('.') ? `${column.name.split('.')[0]}.` : ''}id`),
      `${column.name} IS NULL`,
      `cardinality(${column.name}) = ${this.#random.below(3)}`,
      `element_at(${column.name}, 1) = ${item}`,
    ]);
  }

  /** A comparison of something computed. */
  #derived(prefix: string): string {
    const comparison = this.#random.pick(['=', '<>', '<', '<=', '>', '>=']);
    switch (this.#random.below(9)) {
      case 0:
        return `${this.integer(prefix)} ${comparison} ${this.#random.pick(['0', '1', '-3', '14', '9223372036854775806'])}`;
      case 1:
        return `${this.decimal(prefix)} ${comparison} ${this.#random.pick(['0', '1.5', '3', '-0.02'])}`;
      case 2:
        return `coalesce(${this.#pair(prefix)}) ${comparison} ${this.#random.pick(['0', '7'])}`;
      case 3:
        return `nullif(${this.#pair(prefix)}) ${comparison} ${this.#random.pick(['0', '1'])}`;
      case 4:
        return this.#cast(prefix, comparison);
      case 5:
        return `${this.field(prefix)} ${comparison} ${this.#random.pick(['1', '2', '12', '29', '31', '0', '59', '2020', '2024', '-43', '366'])}`;
      case 6:
        return this.#truncated(prefix, comparison);
      case 7:
        return this.#shifted(prefix, comparison);
      default:
        return this.#difference(prefix, comparison);
    }
  }

  #pair(prefix: string): string {
    const { name } = this.#column(prefix, 'integer');
    return `${name}, ${this.#random.pick(['0', '1', name, this.#column(prefix, 'integer').name])}`;
  }

  integer(prefix: string): string {
    const column = () => this.#random.pick(['i2', 'i4', 'i8', 'id']);
    const operand = this.#random.chance(60) ? this.#random.pick(['1', '2', '7', '-3', '0', "BIGINT '3'"]) : prefix + column();
    const left = prefix + column();
    return this.#random.pick([
      `${left} ${this.#random.pick(['+', '-', '*', '/', '%'])} ${operand}`,
      `${operand} ${this.#random.pick(['-', '/', '%'])} ${left}`,
      `-${left}`,
      `abs(${left})`,
      `mod(${left}, 3)`,
    ]);
  }

  decimal(prefix: string): string {
    const column = () => prefix + this.#random.pick(['n52', 'n20', 'n38', 'nu']);
    return `${column()} ${this.#random.pick(['+', '-', '*', '/', '%'])} ${this.#random.pick(['1', '2', '0.5', '1.25', '100', column()])}`;
  }

  field(prefix: string): string {
    const column = this.#column(prefix, 'date', 'timestamp', 'instant', 'timestamp');
    const field = this.#random.pick(column.kind === 'date' ? DATE_FIELDS : FIELDS);
    if (this.#random.chance(30) && !field.includes('_of_week'))
      return `EXTRACT(${field === 'day_of_year' ? 'doy' : field === 'day_of_week' ? 'dow' : field} FROM ${column.name})`;
    return `${field}(${column.name})`;
  }

  #moment(prefix: string): FuzzColumn {
    return this.#column(prefix, 'date', 'timestamp', 'timestamp', 'instant');
  }

  #truncated(prefix: string, comparison: string): string {
    const column = this.#moment(prefix);
    const unit = this.#random.pick(column.kind === 'date' ? UNITS.slice(3) : UNITS);
    return `date_trunc('${unit}', ${column.name}) ${comparison} ${this.#random.chance(80) ? this.#literal(column) : this.#moment(prefix).name}`;
  }

  #shifted(prefix: string, comparison: string): string {
    const column = this.#moment(prefix);
    const interval = this.#random.pick(column.kind === 'date' ? DATE_INTERVALS : INTERVALS);
    const unit = this.#random.pick(column.kind === 'date' ? UNITS.slice(3) : [...UNITS, 'millisecond']);
    const value = this.#random.pick([
      `${column.name} ${this.#random.pick(['+', '-'])} ${interval}`,
      `date_add('${unit}', ${this.#random.pick(['1', '-1', '40', '-13'])}, ${column.name})`,
    ]);
    return `${value} ${comparison} ${this.#literal(column)}`;
  }

  #difference(prefix: string, comparison: string): string {
    const column = this.#moment(prefix);
    const unit = this.#random.pick(column.kind === 'date' ? UNITS.slice(3) : [...UNITS, 'millisecond']);
    const other = this.#literal(column);
    const pair = this.#random.chance(50) ? `${column.name}, ${other}` : `${other}, ${column.name}`;
    return `date_diff('${unit}', ${pair}) ${comparison} ${this.#random.pick(['0', '1', '-5', '30', '1000'])}`;
  }

  #cast(prefix: string, comparison: string): string {
    const moment = (...kinds: Kind[]) => this.#column(prefix, ...kinds).name;
    return this.#random.pick([
      `CAST(${moment('timestamp', 'instant')} AS date) ${comparison} ${this.#random.pick(["DATE '2020-02-29'", "DATE '1969-12-31'", "DATE '-0043-03-15'", 'current_date'])}`,
      `CAST(${moment('date')} AS timestamp(${this.#random.below(8)})) ${comparison} TIMESTAMP '2020-02-29 00:00:00'`,
      `CAST(${moment('timestamp')} AS timestamp(${this.#random.below(8)})) ${comparison} TIMESTAMP '2024-12-31 23:59:59.999999'`,
      `CAST(${moment('timestamp', 'date')} AS timestamp(3) with time zone) ${comparison} ${this.#random.pick(INSTANTS)}`,
      `CAST(${moment('instant')} AS timestamp(3)) ${comparison} TIMESTAMP '2024-03-31 01:30:00'`,
      `CAST(${moment('instant')} AT TIME ZONE ${this.#random.pick(ZONES)} AS date) ${comparison} DATE '2020-02-29'`,
      `hour(${moment('instant')} AT TIME ZONE ${this.#random.pick(ZONES)}) ${comparison} 12`,
      `CAST(${moment('instant', 'timestamp')} AS time(${this.#random.below(7)})) ${comparison} TIME '12:34:56.789012'`,
      `CAST(${moment('integer', 'decimal', 'floating')} AS ${this.#random.pick(['bigint', 'double', 'decimal(38,2)', 'integer', 'real', 'smallint'])}) ${comparison} 1`,
      `CAST(${moment('integer', 'boolean', 'decimal')} AS varchar) ${comparison} '1'`,
      `CAST(${moment('text')} AS varchar(${1 + this.#random.below(3)})) ${comparison} 'a'`,
      `CAST(${moment('char')} AS varchar) ${comparison} 'a'`,
      `CAST(${moment('text')} AS char(3)) ${comparison} 'a'`,
    ]);
  }

  /** Something to select or to group by. */
  value(prefix: string): string {
    const column = this.#moment(prefix);
    return this.#random.pick([
      this.integer(prefix),
      this.decimal(prefix),
      this.field(prefix),
      `date_trunc('${this.#random.pick(['day', 'month', 'year', 'week', 'quarter'])}', ${column.name})`,
      `CAST(${this.#column(prefix, 'timestamp', 'instant').name} AS date)`,
      `coalesce(${this.#pair(prefix)})`,
      `lower(${this.#column(prefix, 'text').name})`,
      `CAST(${this.#column(prefix, 'integer').name} AS bigint)`,
      this.#column(prefix, 'text', 'char', 'date', 'timestamp', 'instant').name,
    ]);
  }
}
