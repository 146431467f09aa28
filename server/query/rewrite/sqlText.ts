/** Texts for rewritten statements. */

export const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** null stands for an untyped NULL. */
export function literal(value: string | number | boolean | null): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return String(value);
}

/** A query over constant rows; with no rows, one of the right columns that gives none. */
export function valuesQuery(
  columns: readonly string[],
  rows: readonly (readonly (string | number | boolean | null)[])[],
  suffix = '',
  emptyTypes?: readonly string[],
): string {
  const names = columns.map(quoted).join(', ');
  const empty = columns.map((_, at) => `CAST(NULL AS ${emptyTypes?.[at] ?? 'varchar'})`).join(', ');
  const body = rows.length === 0 ? `(${empty})` : rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ');
  return `SELECT ${names} FROM (VALUES ${body}) AS t (${names})${rows.length === 0 ? ' WHERE false' : suffix}`;
}

/** ` LIKE 'p' ESCAPE 'e'` */
export function likeClause(like: string | undefined, escape: string | undefined): string {
  if (like === undefined) return '';
  return ` LIKE ${literal(like)}${escape === undefined ? '' : ` ESCAPE ${literal(escape)}`}`;
}
