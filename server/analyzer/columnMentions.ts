/** Whether an expression names a column (outside of subqueries). */
export function mentionsColumns(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(mentionsColumns);
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return false;
  if ('kind' in node) {
    if (node.kind === 'identifier') return true;
    if (node.kind === 'query' || node.kind === 'lambda') return false;
    if (node.kind === 'functionCall' && 'arguments' in node) return mentionsColumns(node.arguments);
    if (node.kind === 'cast' && 'value' in node) return mentionsColumns(node.value);
    if (node.kind === 'genericLiteral') return false;
  }
  return Object.values(node).some((child) => typeof child === 'object' && mentionsColumns(child));
}
