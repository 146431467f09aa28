import { typeId } from '../../spi/type.ts';
import type { NodeEstimate, NodeRepresentation } from './planRepresentation.ts';
import { jacksonJson, JavaDouble, type JsonValue } from './jacksonJson.ts';

/** EXPLAIN (FORMAT JSON): a logical plan is its root node, a distributed one an object of fragments. */
export function jsonPlan(root: NodeRepresentation, type: 'LOGICAL' | 'DISTRIBUTED'): string {
  const node = nodeJson(root);
  return jacksonJson(type === 'LOGICAL' ? node : { '0': node });
}

function nodeJson(node: NodeRepresentation): JsonValue {
  return {
    id: node.id,
    name: node.name,
    descriptor: Object.fromEntries(node.descriptor),
    outputs: node.outputs.map(({ name, type }) => ({ type: typeId(type), name })),
    details: node.details,
    estimates: node.estimates.map(estimateJson),
    children: node.children.map(nodeJson),
  };
}

function estimateJson({ rows, bytes, cpu, memory, network }: NodeEstimate): JsonValue {
  const number = (value: number | undefined): JsonValue => (value === undefined ? 'NaN' : new JavaDouble(value));
  return { outputRowCount: number(rows), outputSizeInBytes: number(bytes), cpuCost: number(cpu), memoryCost: number(memory), networkCost: number(network) };
}
