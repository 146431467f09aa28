import { setTimeout as sleep } from 'node:timers/promises';
import type { Block, Page } from '../../spi/page.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeId } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import type { BlackholeTable } from './blackholeTable.ts';

const STAR = '*';

/** The pages of all splits; a page costs its delay once. */
export async function* constantPages(table: BlackholeTable, types: readonly Type[], signal: AbortSignal): AsyncGenerator<Page> {
  if (table.fieldLength < 0) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, String(table.fieldLength));
  const page: Page = { rowCount: table.rowsPerPage, columns: types.map((type) => constantBlock(type, table)) };
  for (let n = table.splitCount * table.pagesPerSplit; n > 0; n--) {
    if (table.pageDelayMs > 0) await sleep(table.pageDelayMs, undefined, { signal });
    signal.throwIfAborted();
    yield page;
  }
}

function constantBlock(type: Type, table: BlackholeTable): Block {
  const value = constantValue(type, table.fieldLength);
  return { kind: 'values', values: new Array<Value>(table.rowsPerPage).fill(value) };
}

function constantValue(type: Type, fieldLength: number): Value {
  switch (type.kind) {
    case 'boolean':
      return false;
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'real':
    case 'double':
    case 'date':
      return 0;
    case 'bigint':
    case 'decimal':
      return 0n;
    case 'varchar':
      return STAR.repeat(Math.min(fieldLength, type.length ?? fieldLength));
    case 'varbinary':
      return new Uint8Array(fieldLength).fill(STAR.charCodeAt(0));
    case 'timestamp':
      if (type.precision <= 6) return { epochMicros: 0n, picosOfMicro: 0 };
      throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Unknown javaType: io.trino.spi.type.LongTimestamp');
    default:
      throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Unsupported type [${typeId(type)}]`);
  }
}
