import type { Random } from '../random.ts';
import { PredicateGenerator } from './predicates.ts';
import { COLUMNS, type FuzzColumn, type Kind } from './tables.ts';

export interface FuzzStatement {
  readonly sql: string;
  /** Further session properties of the catalog over PostgreSQL. */
  readonly session: readonly string[];
}

const PREDICATES_MAX = 8;
const GROUPED: readonly Kind[] = [
  'boolean',
  'integer',
  'decimal',
  'floating',
  'text',
  'char',
  'bytes',
  'date',
  'time',
  'timestamp',
  'instant',
  'uuid',
  'array',
];

/** Statements whose answer is one: what is cut by LIMIT is ordered to the end. */
export class StatementGenerator {
  readonly #random: Random;
  readonly #predicates: PredicateGenerator;

  constructor(random: Random) {
    this.#random = random;
    this.#predicates = new PredicateGenerator(random);
  }

  next(): FuzzStatement {
    const eager = this.#random.chance(70) ? ['join_pushdown_strategy=EAGER'] : [];
    switch (this.#random.below(8)) {
      case 0:
        return { sql: this.#aggregation(), session: [] };
      case 1:
        return { sql: this.#join(), session: eager };
      case 2:
        return { sql: this.#ordered(), session: [] };
      case 3:
        return { sql: this.#semiJoin(), session: eager };
      case 4:
        return { sql: this.#computed(), session: [] };
      case 5:
        return { sql: this.#nested(), session: eager };
      default:
        return { sql: this.#filters(), session: [] };
    }
  }

  /** Several filters in one statement: each is a scan of its own. */
  #filters(): string {
    return Array.from(
      { length: 1 + this.#random.below(PREDICATES_MAX) },
      (_, at) => `SELECT ${at} AS at, id FROM many WHERE ${this.#predicates.next('')}`,
    ).join(' UNION ALL ');
  }

  #computed(): string {
    const items = Array.from({ length: 1 + this.#random.below(4) }, (_, at) => `${this.#predicates.value('')} AS x${at}`);
    return `SELECT id, ${items.join(', ')} FROM many WHERE ${this.#predicates.next('')}`;
  }

  #column(kinds: readonly Kind[]): FuzzColumn {
    return this.#random.pick(COLUMNS.filter(({ kind }) => kinds.includes(kind)));
  }

  #where(prefix = ''): string {
    return this.#random.chance(50) ? ` WHERE ${this.#predicates.next(prefix)}` : '';
  }

  #aggregate(): string {
    const name = (...kinds: Kind[]): string => this.#column(kinds).name;
    const filter = this.#random.chance(25) ? ` FILTER (WHERE ${this.#predicates.next('')})` : '';
    const distinct = this.#random.chance(30) ? 'DISTINCT ' : '';
    switch (this.#random.below(9)) {
      case 0:
        return `count(*)${filter}`;
      case 1:
        return `count(${distinct}${name(...GROUPED)})${filter}`;
      case 2:
        return `${this.#random.pick(['min', 'max'])}(${name('boolean', 'integer', 'decimal', 'text', 'char', 'bytes', 'date', 'time', 'timestamp', 'instant', 'uuid', 'floating')})${filter}`;
      case 3:
        return `count_if(${this.#predicates.next('')})`;
      case 4:
        return `${this.#random.pick(['stddev', 'var_pop', 'stddev_pop', 'variance'])}(${this.#random.pick(['i2', 'CAST(i2 AS double)', 'n52'])})${filter}`;
      case 5:
        return `${this.#random.pick(['covar_pop', 'covar_samp', 'corr'])}(CAST(i2 AS double), CAST(n52 AS double))${filter}`;
      case 6:
        return `${this.#random.pick(['bool_and', 'bool_or', 'every'])}(b)${filter}`;
      default:
        return `${this.#random.pick(['sum', 'avg'])}(${distinct}${this.#random.pick(['i2', 'i4', 'n52', 'n20', 'nu', 'n52 * 2', 'i4 % 7', 'CAST(i4 AS bigint)'])})${filter}`;
    }
  }

  #aggregation(): string {
    const keys = Array.from({ length: this.#random.below(3) }, () => this.#groupingKey());
    const aggregates = Array.from({ length: (keys.length === 0 ? 1 : 0) + this.#random.below(3) }, () => this.#aggregate());
    const items = [...keys.map((key, at) => `${key} AS k${at}`), ...aggregates.map((aggregate, at) => `${aggregate} AS a${at}`)];
    const having = aggregates.length > 0 && this.#random.chance(20) ? ` HAVING count(*) > ${this.#random.below(4)}` : '';
    const form = this.#random.pick(['', '', '', 'ROLLUP ', 'CUBE ']);
    const group = keys.length === 0 ? '' : ` GROUP BY ${form}(${keys.map((_, at) => at + 1).join(', ')})`;
    const plain = keys.length === 0 ? '' : ` GROUP BY ${keys.map((_, at) => at + 1).join(', ')}`;
    return `SELECT ${items.join(', ')} FROM many${this.#where()}${form === '' ? plain : group}${having}`;
  }

  #groupingKey(): string {
    return this.#random.chance(80) ? this.#column(GROUPED).name : this.#predicates.value('');
  }

  #ordered(): string {
    const order = Array.from({ length: 1 + this.#random.below(2) }, () => {
      const column = this.#column(['boolean', 'integer', 'decimal', 'floating', 'text', 'char', 'bytes', 'date', 'time', 'timestamp', 'instant', 'uuid']);
      return `${column.name}${this.#random.pick(['', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST'])}`;
    });
    const limit = ` LIMIT ${this.#random.pick(['1', '3', '5', '20'])}`;
    if (this.#random.chance(30)) {
      const { name } = this.#column(['integer', 'decimal', 'text', 'date', 'timestamp', 'instant', 'time', 'bytes']);
      return `SELECT ${name} FROM many${this.#where()} ORDER BY ${name}${this.#random.pick(['', ' DESC'])}${limit}`;
    }
    return `SELECT id FROM many${this.#where()} ORDER BY ${order.join(', ')}, id${limit}`;
  }

  #condition(): string {
    const pairs: readonly (readonly [string, string])[] = COLUMNS.filter(({ kind }) => kind !== 'json' && kind !== 'array').map(
      ({ name }) => [name, name] as const,
    );
    const texts = COLUMNS.filter(({ kind }) => kind === 'text').map(({ name }) => name);
    const integers = ['i2', 'i4', 'i8', 'id'];
    const [left, right] = this.#random.pick([
      ...pairs,
      ...Array.from({ length: 8 }, () => [this.#random.pick(texts), this.#random.pick(texts)] as const),
      ...Array.from({ length: 6 }, () => [this.#random.pick(integers), this.#random.pick(integers)] as const),
      ['n52', 'n20'] as const,
      ['i4', 'n52'] as const,
      ['d', 'ts3'] as const,
      ['ts0', 'ts6'] as const,
      ['c3', 'vc'] as const,
      ['f4', 'f8'] as const,
      ['tz3', 'tz6'] as const,
    ]);
    return `a.${left} ${this.#random.pick(['=', '=', '=', '=', '<', '>=', '<>', 'IS NOT DISTINCT FROM'])} b.${right}`;
  }

  #join(): string {
    const type = this.#random.pick(['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN']);
    const conditions = [this.#condition(), ...(this.#random.chance(40) ? [this.#condition()] : [])];
    if (this.#random.chance(15)) conditions.push(this.#predicates.next(this.#random.pick(['a.', 'b.'])));
    const equal = type === 'FULL JOIN' ? conditions.map((text) => text.replace(/ (<|>=|<>|IS NOT DISTINCT FROM) /, ' = ')) : conditions;
    const items = this.#random.chance(70) ? 'a.id AS x, b.id AS y' : `count(*) AS n, min(a.${this.#column(['integer', 'date', 'text']).name}) AS m`;
    return `SELECT ${items} FROM many a ${type} few b ON ${equal.join(' AND ')}${this.#random.chance(40) ? ` WHERE ${this.#predicates.next(this.#random.pick(['a.', 'b.']))}` : ''}`;
  }

  #semiJoin(): string {
    const { name } = this.#column(['integer', 'decimal', 'text', 'char', 'date', 'timestamp', 'instant', 'time', 'uuid', 'bytes', 'boolean', 'floating']);
    switch (this.#random.below(4)) {
      case 0:
        return `SELECT id FROM many WHERE ${name} ${this.#random.pick(['IN', 'NOT IN'])} (SELECT ${name} FROM few${this.#where()})`;
      case 1:
        return `SELECT id FROM many a WHERE ${this.#random.pick(['', 'NOT '])}EXISTS (SELECT 1 FROM few b WHERE a.${name} = b.${name})`;
      case 2:
        return `SELECT id FROM many WHERE ${name} = (SELECT ${this.#random.pick(['min', 'max'])}(${name}) FROM few)`;
      default:
        return `SELECT a.id AS x, v.k AS y FROM many a JOIN (VALUES 0, 1, 2, 7, NULL) v(k) ON a.${this.#random.pick(['i2', 'i4', 'i8', 'id'])} = v.k`;
    }
  }

  #nested(): string {
    const { name } = this.#column(['integer', 'decimal', 'text', 'char', 'date', 'timestamp']);
    switch (this.#random.below(4)) {
      case 0:
        return `SELECT count(*) AS n, max(id) AS m FROM (SELECT * FROM many${this.#where()} ORDER BY id LIMIT 9)${this.#where()}`;
      case 1:
        return `SELECT DISTINCT ${name} FROM many${this.#where()}`;
      case 2:
        return `SELECT k, n FROM (SELECT ${name} AS k, count(*) AS n, min(id) AS m FROM many GROUP BY ${name}) WHERE n > 1 AND m < ${this.#random.below(20)}`;
      default:
        return `SELECT a.k, b.id FROM (SELECT ${name} AS k, max(id) AS m FROM many GROUP BY ${name}) a JOIN few b ON a.m = b.id`;
    }
  }
}
