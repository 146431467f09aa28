/** Trino's syntax tree as plain data: the one door to its parts. */
export type * from './tree/node.ts';
export type * from './tree/expressions.ts';
export type * from './tree/json.ts';
export type * from './tree/types.ts';
export type * from './tree/queries.ts';
export type * from './tree/statements.ts';
