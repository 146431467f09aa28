import { TrinoError } from '../../spi/trinoError.ts';
import type { ExceptNode, IntersectNode, PlanNode, UnionNode } from '../plan/plan.ts';
import type { EmitterParts } from './aggregateEmitter.ts';
import { comparableForm, isPlainlyComparable } from './comparison.ts';

type SetOperationNode = UnionNode | IntersectNode | ExceptNode;

export function emitSetOperation(node: SetOperationNode, emit: (node: PlanNode) => string, parts: EmitterParts): string {
  const { names } = parts;
  const outputs = node.outputs.map((symbol) => names.quoted(symbol.name));
  const sources = node.sources.map((source, s) => {
    const columns = outputs.map((output, i) => `${names.quoted(node.inputs[s]?.[i]?.name ?? '')} AS ${output}`);
    return { columns: columns.length === 0 ? '1 AS _one' : columns.join(', '), from: emit(source) };
  });
  const selects = sources.map(({ columns, from }) => `SELECT ${columns} FROM (${from})`);
  if (node.kind === 'union') return selects.join(' UNION ALL ');
  if (node.outputs.every((symbol) => isPlainlyComparable(symbol.type))) {
    const operator = ` ${node.kind === 'intersect' ? 'INTERSECT' : 'EXCEPT'}${node.distinct ? '' : ' ALL'} `;
    return selects.map((select) => `(${select})`).reduce((left, right) => `(${left}${operator}${right})`);
  }
  if (!node.distinct) throw new TrinoError('NOT_SUPPORTED', undefined, `${node.kind.toUpperCase()} ALL is not supported for this type`);
  // values that are equal may still differ (in their zone): groups tell from which sources they come
  const all = sources.map(({ columns, from }, s) => `SELECT ${columns}, ${s} AS _source FROM (${from})`).join(' UNION ALL ');
  const forms = node.outputs.map((symbol, i) => comparableForm(outputs[i] ?? '', symbol.type, parts.expressions));
  const having = node.kind === 'intersect' ? `count(DISTINCT _source) = ${sources.length}` : 'max(_source) = 0';
  return `SELECT ${outputs.map((output) => `any_value(${output}) AS ${output}`).join(', ')} FROM (${all}) GROUP BY ${forms.join(', ')} HAVING ${having}`;
}
