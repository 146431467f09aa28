import type { Location } from '../../../spi/trinoError.ts';

/** Our kinds by the names of Trino's classes, as far as both sides give them a place of their own. */
const CLASSES: Readonly<Record<string, string>> = {
  allColumns: 'AllColumns',
  aliased: 'AliasedRelation',
  arithmeticBinary: 'ArithmeticBinaryExpression',
  arithmeticUnary: 'ArithmeticUnaryExpression',
  array: 'Array',
  atTimeZone: 'AtTimeZone',
  between: 'BetweenPredicate',
  binaryLiteral: 'BinaryLiteral',
  booleanLiteral: 'BooleanLiteral',
  cast: 'Cast',
  coalesce: 'CoalesceExpression',
  comparison: 'ComparisonExpression',
  currentCatalog: 'CurrentCatalog',
  currentDate: 'CurrentDate',
  currentPath: 'CurrentPath',
  currentSchema: 'CurrentSchema',
  currentTime: 'CurrentTime',
  currentTimestamp: 'CurrentTimestamp',
  currentUser: 'CurrentUser',
  decimalLiteral: 'DecimalLiteral',
  dereference: 'DereferenceExpression',
  doubleLiteral: 'DoubleLiteral',
  exists: 'ExistsPredicate',
  extract: 'Extract',
  fetchFirst: 'FetchFirst',
  format: 'Format',
  functionCall: 'FunctionCall',
  genericLiteral: 'GenericLiteral',
  grouping: 'GroupingOperation',
  if: 'IfExpression',
  in: 'InPredicate',
  inList: 'InListExpression',
  intervalLiteral: 'IntervalLiteral',
  isNotNull: 'IsNotNullPredicate',
  isNull: 'IsNullPredicate',
  join: 'Join',
  jsonArray: 'JsonArray',
  jsonExists: 'JsonExists',
  jsonObject: 'JsonObject',
  jsonQuery: 'JsonQuery',
  jsonTable: 'JsonTable',
  jsonValue: 'JsonValue',
  lambda: 'LambdaExpression',
  lateral: 'Lateral',
  like: 'LikePredicate',
  limit: 'Limit',
  localTime: 'LocalTime',
  localTimestamp: 'LocalTimestamp',
  logical: 'LogicalExpression',
  not: 'NotExpression',
  nullIf: 'NullIfExpression',
  nullLiteral: 'NullLiteral',
  parameter: 'Parameter',
  patternRecognition: 'PatternRecognitionRelation',
  quantifiedComparison: 'QuantifiedComparisonExpression',
  query: 'Query',
  querySpecification: 'QuerySpecification',
  row: 'Row',
  sampled: 'SampledRelation',
  searchedCase: 'SearchedCaseExpression',
  simpleCase: 'SimpleCaseExpression',
  singleColumn: 'SingleColumn',
  subquery: 'SubqueryExpression',
  subscript: 'SubscriptExpression',
  tableFunction: 'TableFunctionInvocation',
  tableSubquery: 'TableSubquery',
  trim: 'Trim',
  try: 'TryExpression',
  unnest: 'Unnest',
  values: 'Values',
  windowOperation: 'WindowOperation',
  windowReference: 'WindowReference',
  windowSpecification: 'WindowSpecification',
};
const SET_OPERATIONS: Readonly<Record<string, string>> = { UNION: 'Union', INTERSECT: 'Intersect', EXCEPT: 'Except' };
const OUTLINED: ReadonlySet<string> = new Set([...Object.values(CLASSES), ...Object.values(SET_OPERATIONS), 'Select']);

/** Trino's list of nodes, but for those that have no counterpart of their own here. */
export function recordedOutline(nodes: string): readonly string[] {
  return nodes
    .split(' ')
    .filter((node) => OUTLINED.has(node.slice(0, node.indexOf('@'))))
    .sort();
}

/** The nodes of a tree with their places, in Trino's names. */
export function treeOutline(tree: unknown): readonly string[] {
  const outline: string[] = [];
  walk(tree, outline);
  return outline.sort();
}

interface Tree {
  readonly kind?: unknown;
  readonly location?: Location;
  readonly [key: string]: unknown;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null;
}

function walk(value: unknown, outline: string[]): void {
  if (Array.isArray(value)) for (const item of value) walk(item, outline);
  if (!isTree(value) || Array.isArray(value)) return;
  const name = className(value);
  if (name !== undefined && value.location !== undefined) outline.push(place(name, value.location));
  if (value.kind === 'querySpecification' && value.location !== undefined) outline.push(place('Select', value.location));
  for (const [key, child] of Object.entries(value)) if (isListed(value, key)) walk(child, outline);
  // Trino gives this subquery no place
  if (value.kind === 'showStats' && isTree(value['relation'])) walk(value['relation']['query'], outline);
}

function className({ kind, operator, wrapper }: Tree): string | undefined {
  if (kind === 'setOperation') return SET_OPERATIONS[String(operator)];
  if (kind === 'allColumnsExpression') return 'DereferenceExpression';
  // a column of JSON_TABLE is of kind query, too
  return kind === 'query' && wrapper !== undefined ? undefined : CLASSES[String(kind)];
}

/** Trino does not list the children of these. */
function isListed({ kind }: Tree, key: string): boolean {
  if (key === 'name' || key === 'location' || key === 'selectLocation') return false;
  if (key === 'properties') return kind !== 'setProperties' && kind !== 'columnDefinition' && kind !== 'createMaterializedView' && kind !== 'properties';
  if (kind === 'executeImmediate') return key !== 'statement';
  return kind !== 'grouping' && !(kind === 'showStats' && key === 'relation');
}

function place(name: string, { line, column }: Location): string {
  return `${name}@${line}:${column}`;
}
