import type { ParquetBounds, ParquetFileScan, ParquetFilesScan } from '../../spi/connector.ts';
import { unreachable } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import { literal, textLiteral } from './literal.ts';
import { physicalType } from './physicalType.ts';
import { liveColumn, type ScanSource, scanColumn } from './scanTable.ts';

/** An opened scan, as SQL can name it. */
export type ScanRelation =
  | { readonly kind: 'function'; readonly id: number; readonly source: CountedSource }
  | { readonly kind: 'engineTable'; readonly leaf: string; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: 'parquet'; readonly scan: ParquetFilesScan; readonly types: readonly Type[]; readonly names: readonly string[] }
  | ConcatenatedRelation;

export interface ConcatenatedRelation {
  readonly kind: 'concatenated';
  readonly parts: readonly ScanRelation[];
  readonly types: readonly Type[];
  readonly countedRows: number | undefined;
  readonly limit: number | undefined;
}

/** Rows that have come in so far, as EXPLAIN ANALYZE and the query's progress show them. */
export interface CountedSource extends ScanSource {
  readonly rows: number;
  readonly bytes: number;
}

/** Whether rows come that are none of the table's, and are filtered out by the relation's own SQL. */
export function hasStrangers(relation: ScanRelation): boolean {
  switch (relation.kind) {
    case 'function':
      return true;
    case 'engineTable':
      return false;
    case 'parquet':
      return relation.scan.files.some((file) => (file.bounds ?? []).length > 0 || (file.deletedPositions ?? []).length > 0);
    case 'concatenated':
      return relation.parts.some(hasStrangers);
    default:
      return unreachable(relation);
  }
}

/** A SELECT of the relation's rows that the predicate leaves. A predicate that can raise sees no other rows than the table's own. */
export function relationSql(relation: ScanRelation, names: readonly string[], predicate: string | undefined): string {
  switch (relation.kind) {
    case 'function':
      return functionSql(relation.id, names, predicate);
    case 'engineTable':
      return filtered(`SELECT ${orOne(names.map((name, i) => `${relation.columns[i] ?? ''} AS ${name}`))} FROM ${relation.table}`, predicate);
    case 'parquet':
      return parquetSql(relation.scan.files, relation, names, predicate);
    case 'concatenated':
      return concatenatedSql(relation, names, predicate);
    default:
      return unreachable(relation);
  }
}

function functionSql(id: number, names: readonly string[], predicate: string | undefined): string {
  const columns = names.map((name, i) => `${scanColumn(id, i)} AS ${name}`);
  if (predicate === undefined) return `SELECT ${orOne(columns)} FROM lepton_scan(${id}) WHERE ${liveColumn(id)}`;
  return guarded(`SELECT ${[...columns, `${liveColumn(id)} AS _live`].join(', ')} FROM lepton_scan(${id})`, names, predicate);
}

function concatenatedSql({ parts, types, countedRows, limit }: ConcatenatedRelation, names: readonly string[], predicate: string | undefined): string {
  const below = limit === undefined ? predicate : undefined;
  const selects = parts.map((part) => relationSql(part, names, below));
  if (countedRows !== undefined && countedRows > 0) selects.push(filtered(`SELECT 1 AS _one FROM range(${countedRows})`, below));
  const all = selects.length === 0 ? emptySql(types, names) : selects.join(' UNION ALL ');
  return limit === undefined ? all : filtered(`SELECT * FROM (${all}) LIMIT ${limit}`, predicate);
}

/** Columns by name, each cast to its type. Files that are read alike share one read_parquet. */
function parquetSql(
  files: readonly ParquetFileScan[],
  { types, names: handles }: { readonly types: readonly Type[]; readonly names: readonly string[] },
  names: readonly string[],
  predicate: string | undefined,
): string {
  if (files.length === 0) return emptySql(types, names);
  const groups = new Map<string, { readonly columns: readonly string[]; readonly conditions: readonly string[]; readonly paths: string[] }>();
  for (const file of files) {
    const columns = types.map((type, i) => {
      const constant = file.constants?.[i];
      const value = constant === undefined ? `CAST(${quoted(file.columns?.[i] ?? handles[i] ?? '')} AS ${physicalType(type)})` : literal(type, constant);
      return `${value} AS ${names[i] ?? ''}`;
    });
    const deleted = file.deletedPositions ?? [];
    const conditions = [...(deleted.length === 0 ? [] : [`file_row_number NOT IN (${deleted.join(', ')})`]), ...(file.bounds ?? []).flatMap(boundsSql)];
    const key = JSON.stringify([columns, conditions]);
    const group = groups.get(key) ?? { columns, conditions, paths: [] };
    group.paths.push(file.path);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ columns, conditions, paths }) => {
      const rowNumber = conditions.some((condition) => condition.startsWith('file_row_number')) ? ', file_row_number = true' : '';
      const source = `FROM read_parquet([${paths.map(textLiteral).join(', ')}]${rowNumber})`;
      const condition = conditions.join(' AND ');
      if (condition === '') return filtered(`SELECT ${orOne(columns)} ${source}`, predicate);
      if (predicate === undefined) return `SELECT ${orOne(columns)} ${source} WHERE ${condition}`;
      return guarded(`SELECT ${[...columns, `(${condition}) AS _live`].join(', ')} ${source} WHERE ${condition}`, names, predicate);
    })
    .join(' UNION ALL ');
}

function boundsSql({ column, type, min, max }: ParquetBounds): readonly string[] {
  const name = quoted(column);
  return [...(min === undefined ? [] : [`${name} >= ${literal(type, min)}`]), ...(max === undefined ? [] : [`${name} <= ${literal(type, max)}`])];
}

function emptySql(types: readonly Type[], names: readonly string[]): string {
  return `SELECT ${orOne(types.map((type, i) => `CAST(NULL AS ${physicalType(type)}) AS ${names[i] ?? ''}`))} WHERE false`;
}

function guarded(select: string, names: readonly string[], predicate: string): string {
  return `SELECT ${orOne(names)} FROM (${select}) WHERE CASE WHEN _live THEN ${predicate} ELSE false END`;
}

function filtered(select: string, predicate: string | undefined): string {
  return predicate === undefined ? select : `SELECT * FROM (${select}) WHERE ${predicate}`;
}

const orOne = (columns: readonly string[]): string => (columns.length === 0 ? '1 AS _one' : columns.join(', '));
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
