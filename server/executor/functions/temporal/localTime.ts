import type { Type } from '../../../../spi/type.ts';
import type { TimestampWithTimeZone, Value } from '../../../../spi/value.ts';
import { localOf } from '../../../function/temporalText.ts';
import { bind, type EmitContext } from '../implementation.ts';

/** The local time of a value as DuckDB's TIMESTAMP, to the microsecond. */
export function localTimestamp(sql: string, type: Type, context: EmitContext): string {
  switch (type.kind) {
    case 'date':
      return sql;
    case 'timestamp':
      return type.precision <= 6 ? sql : `CAST(struct_extract(${sql}, 't') AS TIMESTAMP)`;
    default: {
      const evaluate = (v: Value): Value => ({ ...localOf(v as TimestampWithTimeZone), picosOfMicro: 0 });
      const local = context.udf({ name: 'local', parameterTypes: [type], returnType: { kind: 'timestamp', precision: 6 }, nulls: 'propagate', evaluate });
      return bind(context, sql, (v) => `CASE WHEN struct_extract(${v}, 'z') = 'UTC' THEN struct_extract(${v}, 't') ELSE ${local(v)} END`);
    }
  }
}
