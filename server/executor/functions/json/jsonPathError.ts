/** What goes wrong within a path: ON ERROR decides what it means. */
export class PathEvaluationError extends Error {}
