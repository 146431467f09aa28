import type { Expression } from '../../spi/expression.ts';
import type { Session } from '../../spi/session.ts';
import { TrinoError, unreachable } from '../../spi/trinoError.ts';
import type {
  ApplyNode,
  Assignment,
  CorrelatedJoinNode,
  FilterNode,
  JoinNode,
  LimitNode,
  OutputNode,
  PlanNode,
  RecursiveUnionNode,
  SampleNode,
  Symbol,
  TableFunctionNode,
  TableScanNode,
  ValuesNode,
} from '../plan/plan.ts';
import { type EmitterParts, emitAggregation, emitWindow, orderItems } from './aggregateEmitter.ts';
import { comparableForm, compare, isScalar, joinKeyForm } from './comparison.ts';
import { ExpressionEmitter } from './expressionEmitter.ts';
import { emitJsonTable } from './jsonTableEmitter.ts';
import { expandPatternRecognition } from './matchRecognize/expandPatternRecognition.ts';
import { physicalType } from './physicalType.ts';
import { sourcesOf } from '../plan/planNodes.ts';
import { READ_ERRORS, READABLE } from './readErrors.ts';
import { type RowPiece, type RowTextOptions, rowText } from './rowText.ts';
import { withinLength } from './sentLengths.ts';
import { emitSetOperation } from './setOperationEmitter.ts';
import { emitApply, emitCorrelatedJoin, emitEnforceSingleRow, emitFilteredApply } from './subqueryEmitter.ts';
import { SymbolNames } from './symbolNames.ts';
import type { UdfRegistry } from './udfRegistry.ts';
import { emitUnnest } from './unnestEmitter.ts';

/** What a statement reads: opened before its SQL is written. */
export interface OpenRelations {
  /** A SELECT of the columns of the node's outputs by these names; with a predicate on them only of the rows that fulfil it. */
  scan(node: TableScanNode, columnNames: readonly string[], predicate?: string): string;
  /** Whether rows that are none (fillers) must be filtered from what the engine reads. */
  hasFillers(node: TableScanNode): boolean;
  /**
   * The places of the columns that may hold a value which could not be read: `scan` then adds the column READ_ERRORS, and the value is NULL.
   * undefined: none.
   */
  fallibleColumns(node: TableScanNode): ReadonlySet<number> | undefined;
  /** Constant rows, kept outside of the text; undefined: few enough to be written out. */
  values(node: ValuesNode, columnNames: readonly string[]): string | undefined;
}

/** A plan as one SELECT of DuckDB. Every node is a subselect whose columns are named after its symbols. */
export class PlanEmitter {
  readonly #session: Session;
  readonly #relations: OpenRelations;
  readonly #names = new SymbolNames();
  readonly #expressions: ExpressionEmitter;
  readonly #parts: EmitterParts;
  /** Names of the symbols that the subquery being written takes from outside. */
  readonly #outer = new Set<string>();
  /** What stands for the rows of the round before, by the name of the recursion. */
  readonly #rounds = new Map<string, { readonly table: string; readonly symbols: readonly Symbol[] }>();

  constructor(session: Session, relations: OpenRelations, udfs: UdfRegistry) {
    this.#session = session;
    this.#relations = relations;
    this.#expressions = new ExpressionEmitter(session, this.#names, udfs);
    this.#parts = { expressions: this.#expressions, names: this.#names };
  }

  /** The rows of `symbols`, in this order. */
  select(node: PlanNode, symbols: readonly Symbol[]): string {
    const columns = symbols.map((symbol, i) => `${this.#quote(symbol)} AS c${i}`);
    return `SELECT ${columns.length === 0 ? '1 AS _one' : columns.join(', ')} FROM (${this.emit(node)})`;
  }

  /** The rows of `symbols` as far as the engine writes them itself. */
  selectRowText(node: PlanNode, symbols: readonly Symbol[], options: RowTextOptions): { readonly sql: string; readonly pieces: readonly RowPiece[] } {
    const { pieces, sql, helpers } = rowText(
      symbols.map((symbol) => ({ sql: this.#quote(symbol), type: symbol.type })),
      options,
    );
    const source = helpers.length === 0 ? this.emit(node) : `SELECT *, ${helpers.join(', ')} FROM (${this.emit(node)})`;
    return { pieces, sql: `SELECT ${sql.map((expression, i) => `${expression} AS c${i}`).join(', ')} FROM (${source})` };
  }

  #output(node: OutputNode): string {
    const source = this.emit(node.source);
    if (!this.#expressions.lengthsNoted) return source;
    const columns = node.outputs.map((symbol) => `${withinLength(this.#quote(symbol), symbol.type, this.#expressions)} AS ${this.#quote(symbol)}`);
    return `SELECT ${[...new Set(columns)].join(', ')} FROM (${source})`;
  }

  emit(node: PlanNode): string {
    const emit = (source: PlanNode) => this.emit(source);
    switch (node.kind) {
      case 'output':
        return this.#output(node);
      case 'tableScan':
        return this.#scan(node, undefined, node.outputs.map(itself));
      case 'values':
        return this.#values(node);
      case 'filter':
        return this.#filter(node);
      case 'project': {
        const filter = node.source.kind === 'filter' ? node.source : undefined;
        const scan = filter?.source ?? node.source;
        if (scan.kind === 'tableScan' && this.#relations.fallibleColumns(scan) !== undefined) return this.#scan(scan, filter?.predicate, node.assignments);
        const columns = node.assignments.map(({ symbol, expression }) => this.#column(symbol, expression)).join(', ');
        const outer = this.#capturedOuter(columns);
        const source = this.#source(node.source);
        return `SELECT ${columns === '' ? '1 AS _one' : columns} FROM (${outer.length === 0 ? source : withOuter(source, outer)})`;
      }
      case 'aggregation':
        return emitAggregation(node, this.#source(node.source), this.#parts);
      case 'window':
        return emitWindow(node, this.#source(node.source), this.#parts);
      case 'sort':
        return `SELECT * FROM (${this.#source(node.source)}) ORDER BY ${orderItems(node.orderBy, this.#parts).join(', ')}`;
      case 'topN':
        return `SELECT * FROM (${this.#source(node.source)}) ORDER BY ${orderItems(node.orderBy, this.#parts).join(', ')} LIMIT ${node.count}`;
      case 'limit':
        return this.#limit(node);
      case 'offset':
        return `SELECT * FROM (${this.emit(node.source)}) OFFSET ${node.count}`;
      case 'union':
      case 'intersect':
      case 'except':
        return emitSetOperation(node, emit, this.#parts);
      case 'join':
        return `SELECT * FROM (${this.#joinTree(node)})`;
      case 'apply':
        return emitApply(node, this.#subqueries(node), this.#parts);
      case 'correlatedJoin':
        return emitCorrelatedJoin(node, this.#subqueries(node), this.#parts);
      case 'enforceSingleRow':
        return emitEnforceSingleRow(node, emit, this.#parts);
      case 'unnest':
        return emitUnnest(node, this.emit(node.source), this.#parts);
      case 'sample':
        return this.#sample(node);
      case 'tableFunction':
        return this.#tableFunction(node);
      case 'recursiveUnion':
        return this.#recursiveUnion(node);
      case 'recursiveReference':
        return this.#recursiveReference(node.name, node.outputs);
      case 'assignUniqueId':
        return `SELECT *, row_number() OVER () AS ${this.#quote(node.symbol)} FROM (${this.emit(node.source)})`;
      case 'jsonTable':
        return emitJsonTable(node, this.emit(node.source), this.#session, this.#parts);
      case 'patternRecognition':
        return this.emit(expandPatternRecognition(node, this.#session));
      case 'tableWriter':
      case 'mergeWriter':
      case 'tableDelete':
      case 'tableUpdate':
        throw new Error(`${node.kind} is not the root of the plan`);
      default:
        return unreachable(node);
    }
  }

  /**
   * The engine merges filters and evaluates them in an order of its own. A predicate that can raise must not see rows that a filter
   * below takes out (the filler rows of a scan among them): a column of a volatile function between them keeps it from moving down.
   */
  #filter(node: FilterNode): string {
    if (node.source.kind === 'tableScan' && this.#relations.fallibleColumns(node.source) !== undefined)
      return this.#scan(node.source, node.predicate, node.source.outputs.map(itself));
    const predicate = this.#expressions.emitFilter(node.predicate);
    const { source } = node;
    const mayFail = this.#expressions.mayFail(node.predicate);
    const answered = source.kind === 'apply' && !mayFail ? emitFilteredApply(node.predicate, source, this.#subqueries(source), this.#parts) : undefined;
    if (answered !== undefined) return answered;
    const outer = this.#capturedOuter(predicate);
    if (outer.length > 0) return `SELECT * EXCLUDE (${outer.join(', ')}) FROM (${withOuter(this.#source(source), outer)}) WHERE ${predicate}`;
    if (!mayFail || !this.#filtersBelow(source)) return `SELECT * FROM (${this.#source(source)}) WHERE ${predicate}`;
    if (source.kind === 'tableScan')
      return this.#relations.scan(
        source,
        source.outputs.map((symbol) => this.#quote(symbol)),
        predicate,
      );
    return `SELECT * EXCLUDE (_all) FROM (SELECT *, random() >= 0 AS _all FROM (${this.emit(source)})) WHERE CASE WHEN _all THEN ${predicate} ELSE false END`;
  }

  /** Rows of a scan. A value that could not be read is raised where the predicate or an assignment asks for it, as by Trino's cursor. */
  #scan(scan: TableScanNode, predicate: Expression | undefined, assignments: readonly Assignment[]): string {
    const names = scan.outputs.map((symbol) => this.#quote(symbol));
    const fallible = this.#relations.fallibleColumns(scan);
    if (fallible === undefined) return this.#relations.scan(scan, names);
    const readable = (column: number): string => `CASE WHEN ${this.#expressions.udf(READABLE)(READ_ERRORS, String(column))} THEN ${names[column]} END`;
    const guards = new Map(scan.outputs.flatMap(({ name }, i) => (fallible.has(i) ? [[name, `(${readable(i)})`] as const] : [])));
    // rows that were read without trouble are the rule
    const sql = (expression: Expression, usual = this.#expressions.emit(expression)): string => {
      const careful = this.#expressions.guarded(guards, () => this.#expressions.emit(expression));
      return careful === this.#expressions.emit(expression) ? usual : `CASE WHEN ${READ_ERRORS} IS NULL THEN ${usual} ELSE ${careful} END`;
    };
    const columns = assignments.map(({ symbol, expression }) => `${sql(expression)} AS ${this.#quote(symbol)}`).join(', ');
    const condition = predicate === undefined ? undefined : sql(predicate, this.#expressions.emitFilter(predicate));
    const inside = predicate !== undefined && this.#expressions.mayFail(predicate) && this.#relations.hasFillers(scan) ? condition : undefined;
    const outer = this.#capturedOuter(`${columns} ${condition ?? ''}`);
    const rows = this.#relations.scan(scan, names, outer.length === 0 ? inside : undefined);
    const where = condition === undefined || (inside !== undefined && outer.length === 0) ? '' : ` WHERE ${condition}`;
    return `SELECT ${columns === '' ? '1 AS _one' : columns} FROM (${outer.length === 0 ? rows : withOuter(rows, outer)})${where}`;
  }

  /** Whether a filter on top could reach one further down. */
  #filtersBelow(node: PlanNode): boolean {
    switch (node.kind) {
      case 'values':
      case 'tableFunction':
        return false;
      case 'tableScan':
        return this.#relations.hasFillers(node);
      case 'filter':
        return true;
      default:
        return sourcesOf(node).some((source) => this.#filtersBelow(source));
    }
  }

  #quote(symbol: Symbol): string {
    return this.#names.quoted(symbol.name);
  }

  #column(symbol: Symbol, expression: Expression): string {
    const sql = this.#expressions.emit(expression);
    const name = this.#quote(symbol);
    return sql === name ? name : `${sql} AS ${name}`;
  }

  #values(node: ValuesNode): string {
    const names = node.outputs.map((symbol) => this.#quote(symbol));
    if (node.outputs.length === 0) return `SELECT 1 AS _one FROM range(${node.rows.length})`;
    if (node.rows.length === 0)
      return `SELECT ${node.outputs.map((symbol, i) => `CAST(NULL AS ${physicalType(symbol.type)}) AS ${names[i]}`).join(', ')} WHERE false`;
    const outside = this.#relations.values(node, names);
    if (outside !== undefined) return outside;
    const [first] = node.rows;
    if (first !== undefined && node.rows.length === 1) return `SELECT ${first.map((value, i) => `${this.#expressions.emit(value)} AS ${names[i]}`).join(', ')}`;
    const rows = node.rows.map((row) => `(${row.map((value) => this.#expressions.emit(value)).join(', ')})`);
    return `SELECT * FROM (VALUES ${rows.join(', ')}) AS _v(${names.join(', ')})`;
  }

  #limit(node: LimitNode): string {
    const source = this.emit(node.source);
    if (node.withTies === undefined) return `SELECT * FROM (${source}) LIMIT ${node.count}`;
    const order = orderItems(node.withTies, this.#parts).join(', ');
    return `SELECT * FROM (${source}) QUALIFY rank() OVER (ORDER BY ${order}) <= ${node.count} ORDER BY ${order}`;
  }

  /** Emits the source of a node and its subquery, which sees the correlated symbols from outside. */
  #subqueries(node: ApplyNode | CorrelatedJoinNode): (it: PlanNode) => string {
    return (it) => {
      if (it === node.source) return this.#source(it);
      const added = node.correlation.map((symbol) => this.#quote(symbol)).filter((name) => !this.#outer.has(name));
      for (const name of added) this.#outer.add(name);
      try {
        return this.emit(it);
      } finally {
        for (const name of added) this.#outer.delete(name);
      }
    };
  }

  /** Columns of an enclosing query that a lambda of the text captures: DuckDB finds them only among the columns of the FROM beside it. */
  #capturedOuter(sql: string): readonly string[] {
    return sql.includes('lambda ') ? [...this.#outer].filter((name) => sql.includes(name)) : [];
  }

  /** What stands between the parentheses of FROM: joins in one tree, which the engine then orders as a whole. */
  #source(node: PlanNode): string {
    if (node.kind === 'join') return this.#joinTree(node);
    if (node.kind === 'project' && node.source.kind === 'join' && node.assignments.every(isIdentity)) return this.#joinTree(node.source);
    return this.emit(node);
  }

  #joinTree(node: JoinNode): string {
    const [left, right] = [this.#source(node.left), this.#source(node.right)];
    const conditions = node.criteria.flatMap((pair) => this.#joinCondition(pair.left, pair.right));
    if (node.filter !== undefined) {
      const filter = this.#expressions.emitPredicate(node.filter);
      conditions.push(
        this.#expressions.mayFail(node.filter) && conditions.length > 0 ? `CASE WHEN ${conditions.join(' AND ')} THEN ${filter} ELSE false END` : `(${filter})`,
      );
    }
    if (node.type === 'INNER' && conditions.length === 0) return `(${left}) CROSS JOIN (${right})`;
    return `(${left}) ${node.type} JOIN (${right}) ON ${conditions.length === 0 ? 'true' : conditions.join(' AND ')}`;
  }

  #joinCondition(left: Symbol, right: Symbol): readonly string[] {
    const l = this.#quote(left);
    const r = this.#quote(right);
    if (isScalar(left.type)) return [`${joinKeyForm(l, left.type, this.#expressions)} = ${joinKeyForm(r, right.type, this.#expressions)}`];
    const form = (sql: string) => comparableForm(sql, left.type, this.#expressions);
    return [`${form(l)} = ${form(r)}`, compare('=', { sql: l }, { sql: r }, left.type, this.#expressions)];
  }

  #sample(node: SampleNode): string {
    return `SELECT * FROM (${this.emit(node.source)}) WHERE random() < ${node.ratio}`;
  }

  #tableFunction(node: TableFunctionNode): string {
    const [output] = node.outputs;
    if (node.name !== 'sequence' || output === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, `Table function ${node.name} is not supported`);
    const [start = '0', stop = '0', step = '1'] = node.arguments.map((argument) => this.#expressions.emit(argument));
    return `SELECT generate_series AS ${this.#quote(output)} FROM generate_series(${start}, ${stop}, ${step})`;
  }

  /** As Trino does it: the step is written out once for each round, and one round too many is an error. */
  #recursiveUnion(node: RecursiveUnionNode): string {
    const table = (round: number) => `"${node.name.replaceAll('"', '')}#${node.id}_${round}"`;
    const columns = (inputs: readonly Symbol[]) => node.outputs.map((output, i) => `${this.#quote(inputs[i] ?? output)} AS ${this.#quote(output)}`).join(', ');
    const rounds = [`${table(0)} AS MATERIALIZED (SELECT ${columns(node.baseInputs)} FROM (${this.emit(node.base)}))`];
    for (let round = 1; round <= node.maxDepth + 1; round++) {
      this.#rounds.set(node.name, { table: table(round - 1), symbols: node.outputs });
      rounds.push(`${table(round)} AS MATERIALIZED (SELECT ${columns(node.stepInputs)} FROM (${this.emit(node.step)}))`);
    }
    this.#rounds.delete(node.name);
    const message = `'Recursion depth limit exceeded (${node.maxDepth}). Use ''max_recursion_depth'' session property to modify the limit.'`;
    const failure = this.#expressions.fail('NOT_SUPPORTED', message, { kind: 'boolean' });
    const all = Array.from({ length: node.maxDepth + 1 }, (_, round) => `SELECT * FROM ${table(round)}`);
    all.push(`SELECT * FROM ${table(node.maxDepth + 1)} WHERE ${failure}`);
    return `WITH ${rounds.join(', ')} ${all.join(' UNION ALL ')}`;
  }

  #recursiveReference(name: string, outputs: readonly Symbol[]): string {
    const round = this.#rounds.get(name);
    if (round === undefined) throw new Error(`${name} is read outside of its recursion`);
    const columns = outputs.map((output, i) => `${this.#quote(round.symbols[i] ?? output)} AS ${this.#quote(output)}`);
    return `SELECT ${columns.join(', ')} FROM ${round.table}`;
  }
}

function isIdentity({ symbol, expression }: Assignment): boolean {
  return expression.kind === 'reference' && expression.name === symbol.name;
}

/** Two steps: `n AS n` would be taken for a reference to itself. */
const itself = (symbol: Symbol): Assignment => ({ symbol, expression: { kind: 'reference', name: symbol.name, type: symbol.type } });

function withOuter(source: string, names: readonly string[]): string {
  const taken = names.map((_, i) => `_o${i}`);
  const inner = `SELECT *, ${names.map((name, i) => `${name} AS ${taken[i]}`).join(', ')} FROM (${source})`;
  return `SELECT * EXCLUDE (${taken.join(', ')}), ${names.map((name, i) => `${taken[i]} AS ${name}`).join(', ')} FROM (${inner})`;
}
