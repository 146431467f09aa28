import type { Expression } from '../../../spi/expression.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import { BIGINT } from '../../../spi/type.ts';
import { toType } from '../../function/dataType.ts';
import type { JsonTableColumn, JsonTableSpecification } from '../../plan/jsonSpecification.ts';
import type { Symbol } from '../../plan/plan.ts';
import type * as ast from '../../sql/ast.ts';
import { Collector } from '../aggregation/collector.ts';
import { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { requireScalar } from '../expression/functionCalls.ts';
import { analyzeInvocation, checkOutput, checkValueType, checkWrapper, valueDefault } from './jsonFunctions.ts';
import { jsonTablePlan, type PathColumns } from './jsonTablePlan.ts';
import { PlanBuilder } from '../planBuilder.ts';
import type { QuerySurroundings, RelationPlan } from '../relationPlan.ts';
import { type Field, newField, type Scope } from '../scope.ts';
import { canonicalName } from '../selectItems.ts';
import type { JoinedSource } from '../unnest.ts';

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
  const { path, pathName } = node.invocation;
  const root = columns.add(node.columns, { path, name: pathName && canonicalName(pathName), location: node.invocation.location });
  const plan = jsonTablePlan(root, node.plan);
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
  add(columns: readonly ast.JsonTableColumn[], path: Pick<PathColumns, 'name' | 'path' | 'location'>): PathColumns {
    const own: number[] = [];
    const nested: PathColumns[] = [];
    for (const column of columns) {
      if (column.kind !== 'nested') own.push(this.#add(column));
      else nested.push(this.add(column.columns, { name: column.pathName && canonicalName(column.pathName), path: column.path, location: column.pathLocation }));
    }
    return { ...path, columns: own, nested };
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
