import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeId } from '../../spi/type.ts';
import type { EmitContext } from './functions/implementation.ts';
import { physicalType } from './physicalType.ts';

/** `sql` of one type in another. */
export function emitCast(sql: string, from: Type, to: Type, _context: EmitContext, _expression: Expression): string {
  if (from.kind === 'unknown') return `CAST(${sql} AS ${physicalType(to)})`;
  if (isWidening(from, to)) return physicalType(from) === physicalType(to) ? sql : `CAST(${sql} AS ${physicalType(to)})`;
  throw new TrinoError('NOT_SUPPORTED', undefined, `Cast from ${typeId(from)} to ${typeId(to)} is not supported`);
}

export function castMayFail(from: Type, to: Type): boolean {
  return from.kind !== 'unknown' && !isWidening(from, to);
}

const INTEGERS: readonly string[] = ['tinyint', 'smallint', 'integer', 'bigint'];

function isWidening(from: Type, to: Type): boolean {
  if (from.kind === 'varchar' && to.kind === 'varchar') return to.length === undefined || (from.length !== undefined && from.length <= to.length);
  const rank = INTEGERS.indexOf(from.kind);
  return rank >= 0 && (INTEGERS.indexOf(to.kind) >= rank || to.kind === 'double');
}
