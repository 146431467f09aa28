import type { Random } from './random.ts';

type Kind = 'number' | 'text' | 'time';

interface Relation {
  readonly sql: string;
  readonly alias: string;
  readonly columns: readonly { readonly name: string; readonly kind: Kind }[];
}

const number = (name: string) => ({ name, kind: 'number' as const });
const text = (name: string) => ({ name, kind: 'text' as const });
const time = (name: string) => ({ name, kind: 'time' as const });
const TABLES = [
  { sql: 'nation', columns: [number('nationkey'), text('name'), number('regionkey')] },
  { sql: 'region', columns: [number('regionkey'), text('name')] },
  { sql: 'supplier', columns: [number('suppkey'), text('name'), number('nationkey'), number('acctbal')] },
  { sql: '(SELECT * FROM customer WHERE custkey <= 60)', columns: [number('custkey'), number('nationkey'), number('acctbal'), text('mktsegment')] },
  {
    sql: "(VALUES (1, 'a', 1.5), (2, NULL, NULL), (NULL, 'b', -2.0), (2, 'a', 0.0), (3, '', 1.5))",
    columns: [number('k'), text('s'), number('d')],
    names: true,
  },
  {
    sql: "(VALUES (1, TIMESTAMP '2024-03-31 01:30:00', 'x'), (2, TIMESTAMP '2024-03-31 03:00:00.5', NULL), (2, NULL, 'y'), (NULL, TIMESTAMP '1969-12-31 23:59:59', 'x'))",
    columns: [number('n'), time('at'), text('tag')],
    names: true,
  },
  {
    sql: '(SELECT orderkey, linenumber, quantity, CAST(shipdate AS timestamp) AS shipped, shipmode FROM lineitem WHERE orderkey < 40)',
    columns: [number('orderkey'), number('linenumber'), number('quantity'), time('shipped'), text('shipmode')],
  },
  { sql: '(SELECT * FROM orders WHERE orderkey < 100)', columns: [number('orderkey'), number('custkey'), text('orderstatus'), number('totalprice')] },
];

/** Small queries whose answer is one: whatever is cut by LIMIT is ordered by every column. */
export class QueryGenerator {
  readonly #random: Random;
  #aliases = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): string {
    const body = this.#body();
    if (this.#random.chance(30)) {
      const orders = Array.from({ length: body.width }, (_, at) => `${at + 1}${this.#random.pick(['', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST'])}`);
      const offset = this.#random.chance(20) ? ` OFFSET ${this.#random.below(5)}` : '';
      return `${body.sql} ORDER BY ${this.#random.shuffled(orders).join(', ')}${offset} LIMIT ${1 + this.#random.below(12)}`;
    }
    return body.sql;
  }

  #body(): { sql: string; width: number } {
    switch (this.#random.below(5)) {
      case 0:
        return this.#aggregation();
      case 1:
        return this.#window();
      case 2:
        return this.#setOperation();
      default:
        return this.#plain();
    }
  }

  #relation(depth = 0): Relation {
    if (depth === 0 && this.#random.chance(18)) return this.#derived();
    const table = this.#random.pick(TABLES);
    const alias = `t${this.#aliases++}`;
    const names = 'names' in table ? `(${table.columns.map(({ name }) => name).join(', ')})` : '';
    return { sql: `${table.sql} ${alias}${names}`, alias, columns: table.columns.map((column) => ({ ...column, name: `${alias}.${column.name}` })) };
  }

  /** A subquery that is grouped, or cut after it was ordered by every column. */
  #derived(): Relation {
    const inner = this.#relation(1);
    const alias = `t${this.#aliases++}`;
    if (this.#random.chance(50)) {
      const key = this.#random.pick(inner.columns);
      const columns = [
        { name: `${alias}.g`, kind: key.kind },
        { name: `${alias}.c`, kind: 'number' as const },
        { name: `${alias}.m`, kind: 'number' as const },
      ];
      const number = this.#column(inner, 'number');
      return {
        sql: `(SELECT ${key.name}, count(*), max(${number}) FROM ${inner.sql}${this.#where(inner.columns)} GROUP BY 1) ${alias}(g, c, m)`,
        alias,
        columns,
      };
    }
    const names = inner.columns.map(({ name }) => name).join(', ');
    const own = inner.columns.map(({ kind }, i) => ({ name: `c${i}`, kind }));
    return {
      sql: `(SELECT ${names} FROM ${inner.sql}${this.#where(inner.columns)} ORDER BY ${names} LIMIT ${2 + this.#random.below(9)}) ${alias}(${own.map(({ name }) => name).join(', ')})`,
      alias,
      columns: own.map(({ name, kind }) => ({ name: `${alias}.${name}`, kind })),
    };
  }

  /** Another relation beside it, for each of its rows. */
  #beside(left: Relation): Relation {
    const alias = `t${this.#aliases++}`;
    const argument = this.#column(left, 'number');
    if (this.#random.chance(50)) {
      const ordinality = this.#random.chance(50);
      const names = ordinality ? 'e, o' : 'e';
      const columns = [{ name: `${alias}.e`, kind: 'number' as const }, ...(ordinality ? [{ name: `${alias}.o`, kind: 'number' as const }] : [])];
      const list = this.#random.pick([`ARRAY[${argument}, NULL, 3]`, `ARRAY[${argument} + 1]`, `filter(ARRAY[${argument}, 2], v -> v > 1)`]);
      const join = this.#random.chance(50) ? ['CROSS JOIN', ''] : ['LEFT JOIN', ' ON true'];
      return {
        sql: `${left.sql} ${join[0]} UNNEST(${list})${ordinality ? ' WITH ORDINALITY' : ''} ${alias}(${names})${join[1]}`,
        alias: '',
        columns: [...left.columns, ...columns],
      };
    }
    const inner = this.#relation(1);
    const aggregate = `SELECT count(*), max(${this.#column(inner, 'number')}) FROM ${inner.sql} WHERE ${this.#column(inner, 'number')} = ${argument}`;
    return {
      sql: `${left.sql} CROSS JOIN LATERAL (${aggregate}) ${alias}(c, m)`,
      alias: '',
      columns: [...left.columns, { name: `${alias}.c`, kind: 'number' }, { name: `${alias}.m`, kind: 'number' }],
    };
  }

  #from(): Relation {
    let left = this.#relation();
    if (this.#random.chance(15)) left = this.#beside(left);
    for (let joins = this.#random.below(3); joins > 0; joins--) {
      const right = this.#relation();
      const type = this.#random.pick(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN']);
      const extra = this.#random.chance(25) && type !== 'FULL JOIN' ? ` AND ${this.#predicate([...left.columns, ...right.columns])}` : '';
      const on = `${this.#column(left, 'number')} = ${this.#column(right, 'number')}${extra}`;
      left = { sql: `${left.sql} ${type} ${right.sql} ON ${on}`, alias: '', columns: [...left.columns, ...right.columns] };
    }
    return left;
  }

  #column({ columns }: Pick<Relation, 'columns'>, kind?: Kind): string {
    const fitting = columns.filter((column) => kind === undefined || column.kind === kind);
    if (fitting.length === 0) return kind === 'number' ? '7' : kind === 'text' ? "'s'" : "TIMESTAMP '2000-01-01 00:00:00'";
    return this.#random.pick(fitting).name;
  }

  #predicate(columns: Relation['columns']): string {
    const of = { columns };
    switch (this.#random.below(12)) {
      case 9:
        return `${this.#column(of, 'time')} ${this.#random.pick(['<', '>=', '='])} ${this.#random.pick(["TIMESTAMP '2024-03-31 02:00:00'", "DATE '1997-01-01'", this.#column(of, 'time')])}`;
      case 10:
        return `${this.#column(of, 'number')} BETWEEN ${this.#random.pick(['0', '1.5', this.#column(of, 'number')])} AND ${this.#random.pick(['4', '20', this.#column(of, 'number')])}`;
      case 11:
        return `(${this.#column(of, 'number')}, ${this.#column(of, 'text')}) ${this.#random.pick(['IN', 'NOT IN'])} (SELECT regionkey, name FROM nation WHERE nationkey < 12)`;
      case 0:
        return `${this.#column(of)} IS ${this.#random.pick(['NOT ', ''])}NULL`;
      case 1:
        return `${this.#column(of, 'number')} ${this.#random.pick(['IN', 'NOT IN'])} (${this.#subquery('number')})`;
      case 2:
        return `${this.#random.pick(['', 'NOT '])}EXISTS (${this.#correlated(columns)})`;
      case 3:
        return `${this.#column(of, 'number')} ${this.#random.pick(['<', '>', '>='])} (SELECT ${this.#random.pick(['max', 'min', 'avg', 'count'])}(nationkey) FROM nation WHERE regionkey = ${this.#column(of, 'number')})`;
      case 4:
        return `${this.#column(of, 'text')} LIKE ${this.#random.pick(["'%A%'", "'S%'", "'a'", "'%1'"])}`;
      case 5:
        return `${this.#column(of, 'number')} ${this.#random.pick(['= ANY', '<> ALL', '< ALL', '>= ANY'])} (${this.#subquery('number')})`;
      case 6:
        return `(${this.#predicate(columns)} ${this.#random.pick(['AND', 'OR'])} ${this.#predicate(columns)})`;
      default:
        return `${this.#column(of, 'number')} ${this.#random.pick(['=', '<', '>', '<>'])} ${this.#random.pick(['1', '3', '10', '0.5', '1500', this.#column(of, 'number')])}`;
    }
  }

  #subquery(kind: Kind): string {
    const relation = this.#relation();
    const where = this.#random.chance(50) ? ` WHERE ${this.#column(relation, 'number')} < ${this.#random.pick(['0', '5', '20'])}` : '';
    return `SELECT ${this.#column(relation, kind)} FROM ${relation.sql}${where}`;
  }

  #correlated(outer: Relation['columns']): string {
    const relation = this.#relation();
    return `SELECT 1 FROM ${relation.sql} WHERE ${this.#column(relation, 'number')} = ${this.#column({ columns: outer }, 'number')}`;
  }

  #where(columns: Relation['columns']): string {
    return this.#random.chance(60) ? ` WHERE ${this.#predicate(columns)}` : '';
  }

  #plain(): { sql: string; width: number } {
    const from = this.#from();
    const width = 1 + this.#random.below(4);
    const items = Array.from({ length: width }, () => this.#item(from.columns));
    return { sql: `SELECT ${this.#random.chance(25) ? 'DISTINCT ' : ''}${items.join(', ')} FROM ${from.sql}${this.#where(from.columns)}`, width };
  }

  #item(columns: Relation['columns']): string {
    const of = { columns };
    switch (this.#random.below(10)) {
      case 6:
        return `date_trunc(${this.#random.pick(["'month'", "'day'", "'hour'", "'week'"])}, ${this.#column(of, 'time')})`;
      case 7:
        return `COALESCE(${this.#column(of, 'number')}, ${this.#column(of, 'number')}, -1)`;
      case 8:
        return `(SELECT ${this.#random.pick(['min', 'count', 'sum', 'max'])}(o.orderkey) FROM orders o WHERE o.orderkey < 60 AND o.custkey ${this.#random.pick(['=', '<', '>'])} ${this.#column(of, 'number')})`;
      case 0:
        return `${this.#column(of, 'number')} ${this.#random.pick(['+', '-', '*'])} ${this.#random.pick(['1', '2.5', this.#column(of, 'number')])}`;
      case 1:
        return `(SELECT ${this.#random.pick(['count(*)', 'max(name)', 'sum(nationkey)'])} FROM nation n WHERE n.regionkey = ${this.#column(of, 'number')})`;
      case 2:
        return `CASE WHEN ${this.#column(of, 'number')} > 2 THEN ${this.#column(of, 'text')} END`;
      default:
        return this.#column(of);
    }
  }

  #aggregate(columns: Relation['columns']): string {
    const of = { columns };
    const filter = this.#random.chance(20) ? ` FILTER (WHERE ${this.#column(of, 'number')} > 1)` : '';
    const distinct = this.#random.chance(20) ? 'DISTINCT ' : '';
    switch (this.#random.below(12)) {
      case 8:
        return `listagg(${distinct}${this.#column(of, 'text')}, '|') WITHIN GROUP (ORDER BY ${'1'})`.replace(
          /listagg\((DISTINCT )?(\S+), '\|'\) WITHIN GROUP \(ORDER BY 1\)/,
          "listagg($1$2, '|') WITHIN GROUP (ORDER BY $2)",
        );
      case 9:
        return `${this.#random.pick(['max', 'min'])}(ROW(${this.#column(of, 'number')}, ${this.#column(of, 'text')}))${filter}`;
      case 10:
        return `histogram(${this.#column(of, 'text')})${filter}`;
      case 11:
        return `approx_distinct(${this.#column(of, 'text')})${filter}`.replace('approx_distinct', 'count');
      case 0:
        return `count(*)${filter}`;
      case 1:
        return `count(${distinct}${this.#column(of)})${filter}`;
      case 2:
        return `array_agg(DISTINCT ${this.#column(of, 'text')} ORDER BY ${'1'})`.replace(/DISTINCT (\S+) ORDER BY 1/, 'DISTINCT $1 ORDER BY $1');
      case 3:
        return `${this.#random.pick(['max', 'min'])}(${this.#column(of)})${filter}`;
      case 4:
        return `${this.#random.pick(['stddev', 'var_pop', 'geometric_mean'])}(CAST(${this.#column(of, 'number')} AS double))${filter}`;
      case 5:
        return `${this.#random.pick(['bool_and', 'bool_or', 'count_if'])}(${this.#column(of, 'number')} > 2)${filter}`;
      default:
        return `${this.#random.pick(['sum', 'avg'])}(${distinct}${this.#column(of, 'number')})${filter}`;
    }
  }

  #aggregation(): { sql: string; width: number } {
    const from = this.#from();
    const keys = this.#random
      .shuffled(from.columns)
      .slice(0, this.#random.below(3))
      .map(({ name }) => name);
    const aggregates = Array.from({ length: 1 + this.#random.below(3) }, () => this.#aggregate(from.columns));
    const form = this.#random.pick(['', '', 'ROLLUP', 'CUBE', 'GROUPING SETS']);
    const sets = form === 'GROUPING SETS' ? [...keys.map((key) => `(${key})`), '()', `(${keys.join(', ')})`].join(', ') : keys.join(', ');
    const group =
      keys.length === 0 ? '' : ` GROUP BY ${this.#random.pick(['', '', 'DISTINCT '])}${form}${form === '' ? '' : ' ('}${sets}${form === '' ? '' : ')'}`;
    if (keys.length > 0 && form !== '') aggregates.push(`grouping(${keys.join(', ')})`);
    const having = this.#random.chance(25) ? ` HAVING ${this.#random.pick(['count(*) > 1', `max(${this.#column(from, 'number')}) > 3`])}` : '';
    return {
      sql: `SELECT ${[...keys, ...aggregates].join(', ')} FROM ${from.sql}${this.#where(from.columns)}${group}${having}`,
      width: keys.length + aggregates.length,
    };
  }

  #window(): { sql: string; width: number } {
    const from = this.#from();
    const order = from.columns.map(({ name }) => name).join(', ');
    const partition = this.#random.chance(60) ? `PARTITION BY ${this.#column(from)} ` : '';
    const frame = this.#random.pick([
      '',
      ' ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING',
      ' ROWS UNBOUNDED PRECEDING',
      ' GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW',
      ' RANGE UNBOUNDED PRECEDING',
    ]);
    const argument = this.#column(from, 'number');
    if (this.#random.chance(25)) return this.#valueFrame(from, order, partition);
    const call = this.#random.pick([
      `sum(${argument})`,
      `avg(${argument})`,
      `count(${argument})`,
      `max(${this.#column(from, 'text')})`,
      `first_value(${argument})`,
      `last_value(${argument})`,
      `nth_value(${argument}, 2)`,
      'row_number()',
      'rank()',
      'dense_rank()',
      'ntile(3)',
      'percent_rank()',
      'cume_dist()',
      `lag(${argument}, 2)`,
      `lead(${argument}) IGNORE NULLS`,
      `lag(${argument}, 1, -1)`,
      `first_value(${argument}) IGNORE NULLS`,
      `array_agg(${argument})`,
      `min(${this.#column(from, 'time')})`,
      `count(*) FILTER (WHERE ${argument} > 2)`,
    ]);
    const framed = /^(sum|avg|count|max|first|last|nth)/.test(call) ? frame : '';
    return {
      sql: `SELECT ${order}, ${call} OVER (${partition}ORDER BY ${order}${framed}) FROM ${from.sql}${this.#where(from.columns)}`,
      width: from.columns.length + 1,
    };
  }

  /** A frame by values: all peers are in it, whatever their order. */
  #valueFrame(from: Relation, order: string, partition: string): { sql: string; width: number } {
    const key = this.#column(from, 'number');
    const bounds = ['UNBOUNDED PRECEDING', '3 PRECEDING', '1.5 PRECEDING', 'CURRENT ROW', '2 FOLLOWING', 'UNBOUNDED FOLLOWING'];
    const start = this.#random.below(4);
    const frame = `RANGE BETWEEN ${bounds[start]} AND ${bounds[Math.max(3, start + 1 + this.#random.below(5 - start))]}`;
    const groups = `GROUPS BETWEEN ${this.#random.below(3)} PRECEDING AND ${this.#random.below(3)} FOLLOWING`;
    const direction = this.#random.pick(['', ' DESC', ' NULLS FIRST']);
    const call = this.#random.pick([`sum(${this.#column(from, 'number')})`, 'count(*)', `max(${this.#column(from, 'text')})`, `min(${key})`]);
    const spec = `(${partition}ORDER BY ${key}${direction} ${this.#random.chance(60) ? frame : groups})`;
    const own = this.#random.chance(50);
    return {
      sql: `SELECT ${order}, ${call} OVER ${own ? 'w' : spec} FROM ${from.sql}${this.#where(from.columns)}${own ? ` WINDOW w AS ${spec}` : ''}`,
      width: from.columns.length + 1,
    };
  }

  #setOperation(): { sql: string; width: number } {
    const operator = this.#random.pick(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT', 'INTERSECT ALL', 'EXCEPT ALL']);
    const kinds: readonly Kind[] = this.#random.pick([['number'], ['text'], ['number', 'text']]);
    const sides = [0, 1].map(() => {
      const from = this.#from();
      return `SELECT ${kinds.map((kind) => this.#column(from, kind)).join(', ')} FROM ${from.sql}${this.#where(from.columns)}`;
    });
    return { sql: sides.join(` ${operator} `), width: kinds.length };
  }
}
