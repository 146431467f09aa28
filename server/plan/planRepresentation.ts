import type { Expression } from '../../spi/expression.ts';
import { unreachable } from '../../spi/trinoError.ts';
import { typeId } from '../../spi/type.ts';
import type { DynamicFilter } from './dynamicFilters.ts';
import { type Estimate, estimate, outputSize } from './estimates.ts';
import { expressionText } from './expressionText.ts';
import type {
  Aggregation,
  ApplyNode,
  FilterNode,
  JoinNode,
  Ordering,
  PlanNode,
  ProjectNode,
  Symbol,
  TableScanNode,
  WindowFrame,
  WindowFunction,
} from './plan.ts';
import { patternLines } from './patternText.ts';
import { outputSymbols, sourcesOf, visitPlan } from './planNodes.ts';

/** A node as every format of EXPLAIN shows it. Scan, filter and projection on top of each other are one. */
export interface NodeRepresentation {
  readonly id: string;
  readonly name: string;
  /** What is empty is shown as JSON alone. */
  readonly descriptor: readonly (readonly [string, string])[];
  readonly outputs: readonly Symbol[];
  readonly details: readonly string[];
  readonly estimates: readonly NodeEstimate[];
  readonly children: readonly NodeRepresentation[];
  /** The plan's nodes that are shown as this one, outermost first. */
  readonly planNodes: readonly PlanNode[];
}

export interface NodeEstimate {
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  readonly network: number | undefined;
}

export function representation(root: PlanNode, dynamicFilters: readonly DynamicFilter[] = []): NodeRepresentation {
  return nodeRepresentation(root, dynamicFilterTexts(root, dynamicFilters));
}

/** The values that a join hands to a scan, and what its scan says of them. */
interface DynamicFilterTexts {
  readonly provided: ReadonlyMap<PlanNode, readonly string[]>;
  readonly taken: ReadonlyMap<PlanNode, string>;
}

function dynamicFilterTexts(root: PlanNode, filters: readonly DynamicFilter[]): DynamicFilterTexts {
  let last = 0;
  if (filters.length > 0) visitPlan(root, ({ id }) => (last = Math.max(last, Number.parseInt(id, 10) || 0)));
  const named = filters.map((filter, i) => ({ ...filter, name: `df_${last + i + 1}` }));
  const provided = [...Map.groupBy(named, ({ node }) => node)].map(([node, group]) => {
    const assignments = group.map(({ key, name }) => `${key.name} -> #${name}`).join(', ');
    return [node, node.kind === 'join' ? [`dynamicFilterAssignments = {${assignments}}`] : group.map(({ name }) => `dynamicFilterId: ${name}`)] as const;
  });
  return { provided: new Map(provided), taken: new Map(named.map(({ scan, column, name }) => [scan, `{${column.name} = #${name}}`] as const)) };
}

function nodeRepresentation(node: PlanNode, texts: DynamicFilterTexts): NodeRepresentation {
  if (node.kind === 'project' || node.kind === 'filter' || node.kind === 'tableScan') return pipelineRepresentation(node, texts);
  const { name, descriptor = [], details = [] } = describe(node);
  return {
    id: node.id,
    name,
    descriptor,
    outputs: node.kind === 'output' ? node.outputs : outputSymbols(node),
    details: [...details, ...(texts.provided.get(node) ?? [])],
    estimates: [nodeEstimate(node)],
    children: sourcesOf(node).map((source) => nodeRepresentation(source, texts)),
    planNodes: [node],
  };
}

function pipelineRepresentation(node: ProjectNode | FilterNode | TableScanNode, texts: DynamicFilterTexts): NodeRepresentation {
  const project = node.kind === 'project' ? node : undefined;
  const below = project?.source ?? node;
  const filter = below.kind === 'filter' ? below : undefined;
  const source = filter?.source ?? below;
  const scan = source.kind === 'tableScan' ? source : undefined;
  const planNodes = [project, filter, scan].filter((part) => part !== undefined);
  const dynamic = scan === undefined ? undefined : texts.taken.get(scan);
  const filters = filter !== undefined || dynamic !== undefined;
  const isAlone = planNodes.length === 1 && !filters;
  const name = `${scan === undefined ? '' : isAlone ? 'TableScan' : 'Scan'}${filters ? 'Filter' : ''}${project === undefined ? '' : 'Project'}`;
  const descriptor: (readonly [string, string])[] = [];
  if (scan !== undefined) descriptor.push(['table', tableName(scan)]);
  if (filters) descriptor.push(['filterPredicate', filter === undefined ? '' : expressionText(filter.predicate)]);
  if (dynamic !== undefined) descriptor.push(['dynamicFilters', dynamic]);
  const details = project === undefined ? [] : assignmentLines(project.assignments);
  const estimates = [...planNodes].reverse().map(nodeEstimate);
  return {
    id: node.id,
    name,
    descriptor,
    outputs: outputSymbols(node),
    details: scan === undefined ? details : [...details, ...scanLines(scan)],
    // the filter that there is only while the query runs lets pass what it gets, for all that is known
    estimates: filters && filter === undefined ? [...estimates.slice(0, 1), ...estimates] : estimates,
    children: scan === undefined ? [nodeRepresentation(source, texts)] : [],
    planNodes,
  };
}

function assignmentLines(assignments: readonly { readonly symbol: Symbol; readonly expression: Expression }[]): readonly string[] {
  return assignments
    .filter(({ symbol, expression }) => expression.kind !== 'reference' || expression.name !== symbol.name)
    .map(({ symbol, expression }) => `${symbol.name} := ${expressionText(expression)}`);
}

function tableName({ table }: TableScanNode): string {
  return table.transaction.tableName?.(table.handle) ?? `${table.catalog}:${table.schema}:${table.table}`;
}

function scanLines({ table, assignments }: TableScanNode): readonly string[] {
  const { transaction, handle } = table;
  const constraints = new Map(transaction.explainConstraints?.(handle));
  const lines: string[] = [];
  for (const [symbol, column] of assignments) {
    lines.push(`${symbol} := ${transaction.columnName?.(column) ?? column.name}`);
    const constraint = constraints.get(column.name);
    if (constraint !== undefined) lines.push(`    :: ${constraint}`);
    constraints.delete(column.name);
  }
  for (const [column, constraint] of constraints) lines.push(transaction.columnName?.({ name: column }) ?? column, `    :: ${constraint}`);
  return [...lines, ...(transaction.explainTable?.(handle, [...assignments.values()]) ?? [])];
}

interface Description {
  readonly name: string;
  readonly descriptor?: readonly (readonly [string, string])[];
  readonly details?: readonly string[];
}

type Described = Exclude<PlanNode, ProjectNode | FilterNode | TableScanNode>;

const listText = (items: readonly string[]): string => `[${items.join(', ')}]`;
const names = (symbols: readonly Symbol[]): string => listText(symbols.map(({ name }) => name));
const typed = ({ name, type }: Symbol): string => `${name}:${typeId(type)}`;

function orderings(orderBy: readonly Ordering[]): string {
  return orderBy.map(({ symbol, ascending, nullsFirst }) => `${symbol.name} ${ascending ? 'ASC' : 'DESC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`).join(', ');
}

function describe(node: Described): Description {
  switch (node.kind) {
    case 'output': {
      const renamed = node.outputs.flatMap(({ name }, i) => (node.columnNames[i] === name ? [] : [`${node.columnNames[i]} := ${name}`]));
      return { name: 'Output', descriptor: [['columnNames', listText(node.columnNames)]], details: renamed };
    }
    case 'values':
      return { name: 'Values', details: node.rows.map((row) => `(${row.map(expressionText).join(', ')})`) };
    case 'aggregation': {
      const keys = node.groupingKeys.length === 0 ? [] : [['keys', names(node.groupingKeys)] as const];
      const sets = node.groupingSets?.map((set) => names(set.flatMap((i) => node.groupingKeys[i] ?? [])));
      const grouping = node.groupingOperations.map(
        ({ symbol, columns }) => `${symbol.name} := grouping(${columns.map((i) => node.groupingKeys[i]?.name).join(', ')})`,
      );
      const descriptor = sets === undefined ? keys : [...keys, ['groupingSets', listText(sets)] as const];
      return { name: 'Aggregate', descriptor, details: [...grouping, ...node.aggregations.map((call) => `${call.symbol.name} := ${aggregationText(call)}`)] };
    }
    case 'window': {
      const partition = node.partitionBy.length === 0 ? [] : [['partitionBy', names(node.partitionBy)] as const];
      const order = node.orderBy.length === 0 ? [] : [['orderBy', `[${orderings(node.orderBy)}]`] as const];
      const details = node.functions.map(
        (call) => `${call.symbol.name} := ${aggregationText(call)}${call.ignoreNulls ? ' IGNORE NULLS' : ''} ${frameText(call.frame)}`,
      );
      return { name: 'Window', descriptor: [...partition, ...order], details };
    }
    case 'sort':
      return { name: 'Sort', descriptor: [['orderBy', `[${orderings(node.orderBy)}]`]] };
    case 'topN':
      return {
        name: 'TopN',
        descriptor: [
          ['count', String(node.count)],
          ['orderBy', `[${orderings(node.orderBy)}]`],
        ],
      };
    case 'limit':
      return {
        name: 'Limit',
        descriptor: [['count', String(node.count)], ...(node.withTies === undefined ? [] : [['withTies', `[${orderings(node.withTies)}]`] as const])],
      };
    case 'offset':
      return { name: 'Offset', descriptor: [['count', String(node.count)]] };
    case 'union':
      return { name: 'Union' };
    case 'intersect':
    case 'except':
      return { name: node.kind === 'intersect' ? 'Intersect' : 'Except', descriptor: [['isDistinct', String(node.distinct)]] };
    case 'join':
      return describeJoin(node);
    case 'apply':
      return describeApply(node);
    case 'correlatedJoin':
      return {
        name: 'CorrelatedJoin',
        descriptor: [
          ['correlation', names(node.correlation)],
          ['type', node.type],
          ...(node.filter === undefined ? [] : [['filter', expressionText(node.filter)] as const]),
        ],
      };
    case 'enforceSingleRow':
      return { name: 'EnforceSingleRow' };
    case 'unnest': {
      const replicate = node.replicate.length === 0 ? [] : [['replicate', listText(node.replicate.map(typed))] as const];
      const name = node.type === 'LEFT' ? 'LeftJoin Unnest on true' : node.replicate.length === 0 ? 'Unnest' : 'CrossJoin Unnest';
      return { name, descriptor: [...replicate, ['unnest', listText(node.mappings.map(({ input }) => typed(input)))]] };
    }
    case 'sample':
      return {
        name: 'Sample',
        descriptor: [
          ['type', node.type],
          ['ratio', String(node.ratio)],
        ],
      };
    case 'tableFunction':
      return {
        name: 'TableFunctionProcessor',
        descriptor: [
          ['name', node.name],
          ['properOutputs', names(node.outputs)],
        ],
        details: node.arguments.map(expressionText),
      };
    case 'jsonTable':
      return {
        name: 'TableFunctionProcessor',
        descriptor: [
          ['name', '$json_table'],
          ['properOutputs', names(node.outputs)],
        ],
      };
    case 'patternRecognition': {
      const partition = node.partitionBy.length === 0 ? [] : [['partitionBy', names(node.partitionBy)] as const];
      const order = node.orderBy.length === 0 ? [] : [['orderBy', `[${orderings(node.orderBy)}]`] as const];
      return { name: 'PatternRecognition', descriptor: [...partition, ...order], details: patternLines(node.specification) };
    }
    case 'recursiveUnion':
      return {
        name: 'RecursiveUnion',
        descriptor: [
          ['name', node.name],
          ['maxDepth', String(node.maxDepth)],
        ],
      };
    case 'recursiveReference':
      return { name: 'RecursiveReference', descriptor: [['name', node.name]] };
    case 'assignUniqueId':
      return { name: 'AssignUniqueId' };
    case 'tableWriter': {
      const columns = node.target.kind === 'create' ? node.target.definition.columns : node.target.columns;
      const target =
        node.target.kind === 'create'
          ? qualified(node.target.catalog, node.target.definition.name.schema, node.target.definition.name.table)
          : tableText(node.target.table);
      return { name: 'TableWriter', descriptor: [['target', target]], details: node.inputs.map(({ name }, i) => `${columns[i]?.name} := ${name}`) };
    }
    case 'mergeWriter':
      return { name: 'MergeWriter', descriptor: [['table', tableText(node.table)]] };
    case 'tableDelete':
    case 'tableUpdate':
      return {
        name: node.kind === 'tableDelete' ? 'TableDelete' : 'TableUpdate',
        descriptor: [['target', node.table.transaction.tableName?.(node.table.handle) ?? tableText(node.table)]],
        details: node.table.transaction.explainTable?.(node.table.handle, []) ?? [],
      };
    default:
      return unreachable(node);
  }
}

const qualified = (catalog: string, schema: string, table: string): string => `${catalog}:${schema}.${table}`;
const tableText = ({ catalog, schema, table }: { readonly catalog: string; readonly schema: string; readonly table: string }): string =>
  qualified(catalog, schema, table);

function describeJoin(node: JoinNode): Description {
  if (node.type === 'INNER' && node.criteria.length === 0 && node.filter === undefined) return { name: 'CrossJoin' };
  const criteria = node.criteria.map(({ left, right }) => `(${left.name} = ${right.name})`).join(' AND ');
  const name = { INNER: 'InnerJoin', LEFT: 'LeftJoin', RIGHT: 'RightJoin', FULL: 'FullJoin' }[node.type];
  const descriptor: (readonly [string, string])[] = [];
  if (criteria !== '') descriptor.push(['criteria', criteria]);
  if (node.filter !== undefined) descriptor.push(['filter', expressionText(node.filter)]);
  return { name, descriptor };
}

function describeApply(node: ApplyNode): Description {
  const [only] = node.assignments;
  if (node.correlation.length === 0 && node.assignments.length === 1 && only?.expression.kind === 'in') {
    const { value, reference } = only.expression;
    return { name: 'SemiJoin', descriptor: [['criteria', `${value.name} = ${reference.name}`]] };
  }
  const details = node.assignments.map(({ symbol, expression }) => {
    switch (expression.kind) {
      case 'exists':
        return `${symbol.name} := EXISTS`;
      case 'in':
        return `${symbol.name} := ${expression.value.name} IN (${expression.reference.name})`;
      case 'quantified':
        return `${symbol.name} := ${expression.value.name} ${expression.operator} ${expression.quantifier} (${expression.reference.name})`;
      default:
        return unreachable(expression);
    }
  });
  return { name: 'Apply', descriptor: [['correlation', names(node.correlation)]], details };
}

function aggregationText(call: Aggregation | WindowFunction): string {
  const fn = call.function.name;
  const args = fn === 'count' && call.arguments.length === 0 ? '*' : call.arguments.map(expressionText).join(', ');
  const order = call.orderBy.length === 0 ? '' : ` [${orderings(call.orderBy)}]`;
  return `${fn}(${call.distinct ? 'DISTINCT ' : ''}${args}${order})${call.filter === undefined ? '' : ` (mask = ${call.filter.name})`}`;
}

function frameText(frame: WindowFrame): string {
  const bound = (type: WindowFrame['start'], value: Symbol | undefined): string => (value === undefined ? type.replace(' ', '_') : `${value.name} ${type}`);
  return `${frame.type} ${bound(frame.start, frame.startValue)} ${bound(frame.end, frame.endValue)}`;
}

/** Trino's cost formulas, without exchanges. */
function nodeEstimate(node: PlanNode): NodeEstimate {
  const own = estimate(node);
  const bytes = outputSize(node, own);
  const costs = (cpu: number | undefined, memory: number | undefined = 0): NodeEstimate => ({
    rows: own.rows,
    bytes,
    cpu,
    memory,
    network: memory === undefined ? undefined : 0,
  });
  const sourceSizes = (): (number | undefined)[] => sourcesOf(node).map(sizeOf);
  switch (node.kind) {
    case 'output':
    case 'values':
    case 'enforceSingleRow':
    case 'union':
      return costs(0);
    case 'tableScan':
    case 'project':
    case 'limit':
      return costs(bytes);
    case 'filter':
      return costs(sourceSizes()[0]);
    case 'aggregation':
      return costs(sourceSizes()[0], bytes);
    case 'join': {
      const [left, right] = sourceSizes();
      const all = left === undefined || right === undefined || bytes === undefined ? undefined : left + right + bytes;
      return { ...costs(all), memory: right };
    }
    default:
      return { ...costs(undefined), memory: undefined, network: undefined };
  }
}

function sizeOf(node: PlanNode): number | undefined {
  const known: Estimate = estimate(node);
  return outputSize(node, known);
}
