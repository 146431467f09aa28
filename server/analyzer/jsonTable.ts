import type { Expression } from '../../spi/expression.ts';
import { type Location, TrinoError } from '../../spi/trinoError.ts';
import { BIGINT } from '../../spi/type.ts';
import { toType } from '../function/dataType.ts';
import type { JsonTableColumn, JsonTablePlan, JsonTableSpecification } from '../plan/jsonSpecification.ts';
import type { Symbol } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import { Collector } from './collector.ts';
import { ExpressionAnalyzer } from './expressionAnalyzer.ts';
import { requireScalar } from './functionCalls.ts';
import { analyzeInvocation, checkOutput, checkValueType, checkWrapper, valueDefault } from './jsonFunctions.ts';
import { PlanBuilder } from './planBuilder.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { type Field, newField, type Scope } from './scope.ts';
import { canonicalName } from './selectItems.ts';
import type { JoinedSource } from './unnest.ts';

type NestedColumns = Extract<ast.JsonTableColumn, { kind: 'nested' }>;

/** Alone, or over each row of the left side of a join. */
export function analyzeJsonTable(surroundings: QuerySurroundings, node: ast.JsonTable, scope: Scope, joined?: JoinedSource): RelationPlan {
  const { context } = surroundings;
  const collector = new Collector();
  const analyzer = new ExpressionAnalyzer({ context, scope, collector, with: surroundings.with });
  requireScalar(analyzer, node.invocation.input, 'JSON_TABLE');
  const { input, values, ...invocation } = analyzeInvocation(analyzer, node.invocation, node.location);
  checkNames(node);
  const columns = new TableColumns(analyzer, node.errorBehavior ?? 'EMPTY');
  const plan = columns.plan(node.columns, node.invocation.path, node.plan, node);
  const specification: JsonTableSpecification = { ...invocation, errorBehavior: node.errorBehavior ?? 'EMPTY', columns: columns.specifications, plan };
  const base = joined?.source.node ?? ({ kind: 'values', id: context.nextId(), outputs: [], rows: [[]] } as const);
  const builder = new PlanBuilder(context, collector, base);
  const [inputSymbol, ...rest] = builder.symbolsFor([input, ...values, ...columns.defaults]);
  if (inputSymbol === undefined) throw new Error('JSON_TABLE has an input');
  const passing = invocation.passing.flatMap(({ name }, i) => (rest[i] === undefined ? [] : [{ name, symbol: rest[i] }]));
  const defaults = rest.slice(values.length);
  const outputs = columns.fields.map(({ symbol }) => symbol);
  const type = joined?.type ?? 'INNER';
  builder.push((source, id) => ({ kind: 'jsonTable', id, source, input: inputSymbol, passing, defaults, specification, outputs, type }));
  return { node: builder.node, fields: columns.fields };
}

function checkNames(node: ast.JsonTable): void {
  const seen = new Set<string>();
  const add = (name: ast.Identifier | undefined, location: Location): void => {
    if (name === undefined) return;
    const key = canonicalName(name);
    if (seen.has(key)) throw new TrinoError('DUPLICATE_COLUMN_OR_PATH_NAME', location, 'All column and path names in JSON_TABLE invocation must be unique');
    seen.add(key);
  };
  const { pathName } = node.invocation;
  add(pathName, pathName?.location ?? node.location);
  const walk = (columns: readonly ast.JsonTableColumn[]): void => {
    for (const column of columns) {
      if (column.kind !== 'nested') add(column.name, column.name.location);
      else {
        add(column.pathName, column.pathName?.location ?? column.location);
        walk(column.columns);
      }
    }
  };
  walk(node.columns);
}

class TableColumns {
  readonly #analyzer: ExpressionAnalyzer;
  readonly #onError: 'ERROR' | 'EMPTY';
  readonly fields: Field[] = [];
  readonly specifications: JsonTableColumn[] = [];
  readonly defaults: Expression[] = [];

  constructor(analyzer: ExpressionAnalyzer, onError: 'ERROR' | 'EMPTY') {
    this.#analyzer = analyzer;
    this.#onError = onError;
  }

  /** Columns are numbered as they are written, nested ones where they stand. */
  plan(columns: readonly ast.JsonTableColumn[], path: string, given: ast.JsonTablePlan | undefined, node: ast.JsonTable): JsonTablePlan {
    const own: number[] = [];
    const nested: { readonly name: string | undefined; readonly plan: (given: ast.JsonTablePlan | undefined) => JsonTablePlan }[] = [];
    for (const column of columns) {
      if (column.kind !== 'nested') own.push(this.#add(column));
      else nested.push({ name: column.pathName && canonicalName(column.pathName), plan: this.#nested(column, node) });
    }
    if (nested.length === 0) return { kind: 'leaf', path, columns: own };
    const defaults = given?.kind === 'defaultPlan' ? given : undefined;
    if (given !== undefined && defaults === undefined) return this.#specific(given, { path, own, nested });
    const siblings = nested.map((item) => item.plan(defaults));
    const [only] = siblings;
    const child: JsonTablePlan = only !== undefined && siblings.length === 1 ? only : { kind: 'siblings', type: defaults?.siblings ?? 'UNION', siblings };
    return { kind: 'parentChild', type: defaults?.parentChild ?? 'OUTER', path, columns: own, child };
  }

  #nested(column: NestedColumns, node: ast.JsonTable): (given: ast.JsonTablePlan | undefined) => JsonTablePlan {
    // its columns are numbered now, its plan may be told later
    const inner = new NestedPlan(this, column, node);
    return (given) => inner.plan(given);
  }

  #specific(
    given: ast.JsonTablePlan,
    parts: {
      readonly path: string;
      readonly own: readonly number[];
      readonly nested: readonly { readonly name: string | undefined; readonly plan: (given: ast.JsonTablePlan | undefined) => JsonTablePlan }[];
    },
  ): JsonTablePlan {
    if (given.kind !== 'parentChild')
      throw new TrinoError('INVALID_PLAN', given.location, 'JSON_TABLE plan should contain all JSON paths available at each level of nesting');
    const child = this.#childPlan(given.child, parts.nested);
    return { kind: 'parentChild', type: given.type, path: parts.path, columns: parts.own, child };
  }

  #childPlan(
    given: ast.JsonTablePlan,
    nested: readonly { readonly name: string | undefined; readonly plan: (given: ast.JsonTablePlan | undefined) => JsonTablePlan }[],
  ): JsonTablePlan {
    switch (given.kind) {
      case 'siblings':
        return { kind: 'siblings', type: given.type, siblings: given.siblings.map((sibling) => this.#childPlan(sibling, nested)) };
      case 'leaf':
      case 'parentChild': {
        const name = canonicalName(given.kind === 'leaf' ? given.name : given.parent);
        const found = nested.find((item) => item.name === name);
        if (found === undefined)
          throw new TrinoError('INVALID_PLAN', given.location, 'JSON_TABLE plan should contain all JSON paths available at each level of nesting');
        return found.plan(given.kind === 'parentChild' ? given : undefined);
      }
      case 'defaultPlan':
        throw new TrinoError('INVALID_PLAN', given.location, 'JSON_TABLE default plan cannot be nested');
    }
  }

  #add(column: Exclude<ast.JsonTableColumn, NestedColumns>): number {
    const name = canonicalName(column.name);
    const add = (type: Symbol['type'], specification: JsonTableColumn): number => {
      this.fields.push(newField(name, this.#analyzer.context.symbols.newSymbol(name, type)));
      return this.specifications.push(specification) - 1;
    };
    if (column.kind === 'ordinality') return add(BIGINT, { kind: 'ordinality' });
    const type = toType(column.type, column.location);
    const path = column.path ?? `lax $."${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
    const { location } = column;
    if (column.kind === 'query') {
      checkWrapper(column, location);
      const outputFormat = checkOutput(type, column.format, location);
      const errorBehavior = column.errorBehavior ?? (this.#onError === 'ERROR' ? 'ERROR' : 'NULL');
      const { wrapper, emptyBehavior } = column;
      return add(type, { kind: 'query', path, wrapper, omitQuotes: column.quotes === 'OMIT', outputFormat, emptyBehavior, errorBehavior });
    }
    checkValueType(type, location);
    const errorBehavior = column.errorBehavior ?? (this.#onError === 'ERROR' ? 'ERROR' : 'NULL');
    const defaults = {
      ...(column.emptyDefault && { emptyDefault: this.defaults.push(valueDefault(this.#analyzer, column.emptyDefault, type, 'EMPTY')) - 1 }),
      ...(column.errorDefault && { errorDefault: this.defaults.push(valueDefault(this.#analyzer, column.errorDefault, type, 'ERROR')) - 1 }),
    };
    return add(type, { kind: 'value', path, emptyBehavior: column.emptyBehavior, errorBehavior, ...defaults });
  }
}

/** NESTED columns: numbered at once, so that the outputs stand in the order of the text. */
class NestedPlan {
  readonly #withDefaults: (given: ast.JsonTablePlan | undefined) => JsonTablePlan;

  constructor(columns: TableColumns, column: NestedColumns, node: ast.JsonTable) {
    let first: JsonTablePlan | undefined = columns.plan(column.columns, column.path, node.plan?.kind === 'defaultPlan' ? node.plan : undefined, node);
    this.#withDefaults = () => {
      if (first === undefined) throw new TrinoError('INVALID_PLAN', column.location, 'JSON_TABLE plan should contain each JSON path once');
      const plan = first;
      first = undefined;
      return plan;
    };
  }

  plan(given: ast.JsonTablePlan | undefined): JsonTablePlan {
    const plan = this.#withDefaults(given);
    if (given?.kind !== 'parentChild') return plan;
    if (plan.kind !== 'parentChild')
      throw new TrinoError('INVALID_PLAN', given.location, 'JSON_TABLE plan should contain all JSON paths available at each level of nesting');
    throw new TrinoError('NOT_SUPPORTED', given.location, 'A specific JSON_TABLE plan of more than two levels is not supported');
  }
}
