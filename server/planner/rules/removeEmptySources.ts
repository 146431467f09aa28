import type { PlanNode, UnionNode } from '../../plan/plan.ts';
import { outputSymbols } from '../../plan/planNodes.ts';
import { isEmpty } from '../cardinality.ts';
import { emptyValues } from '../emptyValues.ts';
import type { OptimizerContext } from '../optimizerContext.ts';

/** What is known to have no rows is not read. */
export function removeEmptySources(node: PlanNode, context: OptimizerContext): PlanNode | undefined {
  switch (node.kind) {
    case 'filter':
    case 'project':
    case 'sort':
    case 'topN':
    case 'limit':
    case 'offset':
    case 'window':
    case 'sample':
    case 'assignUniqueId':
    case 'apply':
      return isEmpty(node.source) ? emptyValues(outputSymbols(node), context) : undefined;
    case 'aggregation': {
      const alwaysGroups = node.groupingSets?.every((set) => set.length > 0) ?? node.groupingKeys.length > 0;
      return alwaysGroups && isEmpty(node.source) ? emptyValues(outputSymbols(node), context) : undefined;
    }
    case 'join': {
      const [left, right] = [isEmpty(node.left), isEmpty(node.right)];
      const none = node.type === 'INNER' ? left || right : node.type === 'LEFT' ? left : node.type === 'RIGHT' ? right : left && right;
      return none ? emptyValues(outputSymbols(node), context) : undefined;
    }
    case 'union':
      return removeEmptyBranches(node, context);
    default:
      return undefined;
  }
}

function removeEmptyBranches(node: UnionNode, context: OptimizerContext): PlanNode | undefined {
  const kept = node.sources.map((source) => !isEmpty(source));
  const first = kept.indexOf(true);
  if (first < 0) return emptyValues(node.outputs, context);
  const source = node.sources[first];
  if (source !== undefined && kept.indexOf(true, first + 1) < 0) {
    const inputs = node.inputs[first] ?? [];
    const assignments = node.outputs.flatMap((symbol, i) => {
      const input = inputs[i];
      return input === undefined ? [] : [{ symbol, expression: { kind: 'reference' as const, ...input } }];
    });
    return { kind: 'project', id: node.id, source, assignments };
  }
  if (kept.every(Boolean)) return undefined;
  return { ...node, sources: node.sources.filter((_, i) => kept[i]), inputs: node.inputs.filter((_, i) => kept[i]) };
}
