import type { Symbol, UnnestNode } from '../plan/plan.ts';
import type { EmitterParts } from './aggregateEmitter.ts';

/** Several collections side by side, the shorter ones padded with NULL. */
export function emitUnnest(node: UnnestNode, source: string, { names }: EmitterParts): string {
  const quote = (symbol: Symbol) => names.quoted(symbol.name);
  const lists = node.mappings.map((mapping, i) => {
    const input = quote(mapping.input);
    return {
      list: mapping.input.type.kind === 'map' ? `map_entries(${input})` : input,
      length: `coalesce(len(${mapping.input.type.kind === 'map' ? `map_keys(${input})` : input}), 0)`,
      item: `_u${i}`,
      mapping,
    };
  });
  const lengths = lists.map((list) => list.length);
  const longest = lengths.length === 1 ? lengths[0] : `greatest(${lengths.join(', ')})`;
  // the counting column makes every list as long as the longest
  const unnested = [...lists.map(({ list, item }) => `unnest(${list}) AS ${item}`), `unnest(range(1, ${longest} + 1)) AS _n`].join(', ');
  const columns = [
    ...node.replicate.map(quote),
    ...lists.flatMap(({ item, mapping }) => {
      const { type } = mapping.input;
      if (type.kind === 'map') return mapping.outputs.map((output, i) => `struct_extract(${item}, '${i === 0 ? 'key' : 'value'}') AS ${quote(output)}`);
      if (type.kind === 'array' && type.element.kind === 'row')
        return mapping.outputs.map((output, i) => `struct_extract(${item}, 'f${i}') AS ${quote(output)}`);
      return mapping.outputs.map((output) => `${item} AS ${quote(output)}`);
    }),
    ...(node.ordinality === undefined ? [] : [`_n AS ${quote(node.ordinality)}`]),
  ];
  const join = node.type === 'LEFT' ? 'LEFT JOIN LATERAL' : 'JOIN LATERAL';
  return `SELECT ${columns.length === 0 ? '1 AS _one' : columns.join(', ')} FROM (${source}) ${join} (SELECT ${unnested}) ON true`;
}
