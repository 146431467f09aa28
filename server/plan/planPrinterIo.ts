import type { Expression } from '../../spi/expression.ts';
import type { Value } from '../../spi/value.ts';
import { typeId, type Type } from '../../spi/type.ts';
import { extractConjuncts } from './conjuncts.ts';
import { valueText } from './constantText.ts';
import { estimate, outputSize } from './estimates.ts';
import { jacksonJson, JavaDouble, type JsonValue } from './jacksonJson.ts';
import type { FilterNode, Plan, PlanNode, TableScanNode } from './plan.ts';
import { sourcesOf, visitPlan } from './planNodes.ts';

/** EXPLAIN (TYPE IO): the tables read and written, with what is known of the filters on them. */
export function ioPlan(plan: Plan): string {
  const inputs: JsonValue[] = [];
  let output: JsonValue | undefined;
  const visit = (node: PlanNode, filter: FilterNode | undefined): void => {
    if (node.kind === 'tableScan') inputs.push(inputJson(node, filter));
    if (node.kind === 'tableWriter') {
      const { target } = node;
      output =
        target.kind === 'create'
          ? tableJson(target.catalog, target.definition.name.schema, target.definition.name.table)
          : tableJson(target.table.catalog, target.table.schema, target.table.table);
    }
    for (const source of sourcesOf(node)) visit(source, node.kind === 'filter' ? node : undefined);
  };
  visit(plan.root, undefined);
  return jacksonJson({ inputTableColumnInfos: inputs, ...(output === undefined ? {} : { outputTable: output }), estimate: planEstimate(plan) });
}

function tableJson(catalog: string, schema: string, table: string): JsonValue {
  return { catalog, schemaTable: { schema, table } };
}

function inputJson(scan: TableScanNode, filter: FilterNode | undefined): JsonValue {
  const { catalog, schema, table } = scan.table;
  const columnConstraints = filter === undefined ? [] : extractConjuncts(filter.predicate).flatMap((conjunct) => constraintJson(conjunct, scan));
  const own = estimate(scan);
  const bytes = outputSize(scan, own);
  return { table: tableJson(catalog, schema, table), constraint: { none: false, columnConstraints }, estimate: estimateOf(own.rows, bytes, bytes) };
}

function planEstimate({ root }: Plan): JsonValue {
  const own = estimate(root);
  let cpu: number | undefined = 0;
  visitPlan(root, (node) => {
    if (node.kind !== 'tableScan' && node.kind !== 'filter') return;
    const source = node.kind === 'filter' ? node.source : node;
    const size = outputSize(source, estimate(source));
    cpu = cpu === undefined || size === undefined ? undefined : cpu + size;
  });
  return estimateOf(own.rows, outputSize(root, own), cpu);
}

function estimateOf(rows: number | undefined, bytes: number | undefined, cpu: number | undefined): JsonValue {
  const number = (value: number | undefined): JsonValue => (value === undefined ? 'NaN' : new JavaDouble(value));
  return { outputRowCount: number(rows), outputSizeInBytes: number(bytes), cpuCost: number(cpu), maxMemory: new JavaDouble(0), networkCost: new JavaDouble(0) };
}

interface Range {
  readonly low?: { readonly value: Value; readonly bound: 'EXACTLY' | 'ABOVE' };
  readonly high?: { readonly value: Value; readonly bound: 'EXACTLY' | 'BELOW' };
}

function constraintJson(conjunct: Expression, scan: TableScanNode): readonly JsonValue[] {
  const found = rangesOf(conjunct);
  const column = found && scan.assignments.get(found.name);
  if (found === undefined || column === undefined) return [];
  const side = (bound: { readonly value: Value; readonly bound: string } | undefined): JsonValue =>
    bound === undefined ? { bound: 'ABOVE' } : { value: valueText(found.type, bound.value), bound: bound.bound };
  const ranges = found.ranges.map(({ low, high }) => ({ low: side(low), high: high === undefined ? { bound: 'BELOW' } : side(high) }));
  return [{ columnName: column.name, type: typeId(found.type), domain: { nullsAllowed: false, ranges } }];
}

function rangesOf(conjunct: Expression): { readonly name: string; readonly type: Type; readonly ranges: readonly Range[] } | undefined {
  if (conjunct.kind === 'comparison' && conjunct.left.kind === 'reference' && conjunct.right.kind === 'constant') {
    const { value } = conjunct.right;
    const range = rangeOf(conjunct.operator, value);
    return range && { name: conjunct.left.name, type: conjunct.left.type, ranges: range };
  }
  if (conjunct.kind === 'in' && conjunct.value.kind === 'reference') {
    const constants = conjunct.list.filter((item) => item.kind === 'constant');
    if (constants.length < conjunct.list.length) return undefined;
    return { name: conjunct.value.name, type: conjunct.value.type, ranges: constants.flatMap(({ value }) => rangeOf('=', value) ?? []) };
  }
  if (conjunct.kind === 'between' && conjunct.value.kind === 'reference' && conjunct.min.kind === 'constant' && conjunct.max.kind === 'constant') {
    const range: Range = { low: { value: conjunct.min.value, bound: 'EXACTLY' }, high: { value: conjunct.max.value, bound: 'EXACTLY' } };
    return { name: conjunct.value.name, type: conjunct.value.type, ranges: [range] };
  }
  return undefined;
}

function rangeOf(operator: string, value: Value): readonly Range[] | undefined {
  switch (operator) {
    case '=':
      return [{ low: { value, bound: 'EXACTLY' }, high: { value, bound: 'EXACTLY' } }];
    case '<>':
      return [{ high: { value, bound: 'BELOW' } }, { low: { value, bound: 'ABOVE' } }];
    case '<':
      return [{ high: { value, bound: 'BELOW' } }];
    case '<=':
      return [{ high: { value, bound: 'EXACTLY' } }];
    case '>':
      return [{ low: { value, bound: 'ABOVE' } }];
    case '>=':
      return [{ low: { value, bound: 'EXACTLY' } }];
    default:
      return undefined;
  }
}
