import { TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { type CastSession, castValue } from '../../function/castValue.ts';
import { offsetSecondsAt } from '../../function/timeZone.ts';

/** Types whose constants every stage can write down. */
const FOLDED: ReadonlySet<Type['kind']> = new Set<Type['kind']>([
  'boolean',
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double',
  'decimal',
  'varchar',
  'char',
  'date',
  'time',
  'timestamp',
  'timestamp with time zone',
  'uuid',
]);

/** The value in another type; undefined: it is left to the engine, and so is an error, to be raised only when the value is asked for. */
export function castConstant(value: Value, from: Type, to: Type, session: CastSession): Value | undefined {
  if (value === null) return null;
  if (!FOLDED.has(from.kind) || !FOLDED.has(to.kind)) return undefined;
  try {
    return castValue(value, from, to, session);
  } catch (error) {
    if (error instanceof TrinoError) return undefined;
    throw error;
  }
}

/** The zone's offset, when it does not change within `seconds` on either side: local times near there are unambiguous. */
export function steadyOffsetSeconds(zone: string, epochSecond: number, seconds = 86_400): number | undefined {
  const before = offsetSecondsAt(zone, epochSecond - seconds);
  return before === offsetSecondsAt(zone, epochSecond + seconds) ? before : undefined;
}
