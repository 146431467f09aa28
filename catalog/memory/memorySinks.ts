import { randomUUID } from 'node:crypto';
import type { EngineTableSink, SchemaTableName } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { TINYINT } from '../../spi/type.ts';
import { engineNames, type MemoryCatalog, requireFree, requireSchema, tableById, withTable } from './memoryCatalog.ts';
import { type MemoryTableHandle, ROW_ID } from './memoryHandles.ts';
import { type Generation, keyOf, type MemoryColumn, type MemoryTable } from './memoryState.ts';

/** Fills a table that nobody sees until finish() names it. */
export async function createTableSink(catalog: MemoryCatalog, name: SchemaTableName, table: Omit<MemoryTable, 'generation'>): Promise<EngineTableSink> {
  requireSchema(catalog.state, name.schema);
  requireFree(catalog.state, name);
  const generation = await catalog.createGeneration(table.columns);
  const sink = engineSink(generation.engineTable, [...generation.engineColumns.values()], {
    publish: () =>
      catalog.change(async (state) => {
        requireSchema(state, name.schema);
        requireFree(state, name);
        const rows = await catalog.admit(state, generation);
        return { state: withTable(state, keyOf(name), { ...table, generation, maybeEmpty: rows === 0n }), result: rows };
      }),
    discard: () => catalog.drop(generation),
  });
  return sink;
}

/** Collects the rows beside the table; finish() appends them at once, or puts them in the place of an empty table. */
export async function insertSink(catalog: MemoryCatalog, handle: MemoryTableHandle, columnIds: readonly number[]): Promise<EngineTableSink> {
  const { table: begun } = tableById(catalog.state, handle.id);
  const staged = await catalog.createGeneration(begun.columns);
  let adopted = false;
  return engineSink(staged.engineTable, engineNames(staged.engineColumns, columnIds), {
    publish: () =>
      catalog.change(async (state) => {
        const { key, table } = tableById(state, handle.id);
        const rows = await catalog.admit(state, staged);
        if (rows === 0n) return { state, result: rows };
        const sameColumns = table.columns.every(({ id }) => staged.engineColumns.has(id));
        if (sameColumns && table.maybeEmpty && (await catalog.rowCount(table.generation)) === 0n) {
          adopted = true;
          return {
            state: withTable(state, key, { ...table, generation: staged, maybeEmpty: false, rowsVersion: table.rowsVersion + 1, dataVersion: randomUUID() }),
            result: rows,
          };
        }
        const after = withTable(state, key, { ...table, maybeEmpty: false, dataVersion: randomUUID() });
        await catalog.append(table.generation, staged, after);
        return { state: after, result: rows };
      }),
    discard: async () => {
      if (!adopted) await catalog.drop(staged);
    },
    discardAfterPublish: true,
  });
}

const OPERATION: Omit<MemoryColumn, 'id'> = { name: 'operation', type: TINYINT, nullable: false, comment: undefined };

/** Rows of operation, row id and all columns; finish() deletes and inserts in one engine transaction. */
export async function mergeSink(catalog: MemoryCatalog, handle: MemoryTableHandle): Promise<EngineTableSink> {
  const operation: MemoryColumn = { ...OPERATION, id: catalog.newId() };
  const rowId: MemoryColumn = { id: catalog.newId(), name: ROW_ID.name, type: ROW_ID.type, nullable: true, comment: undefined };
  const letRowsMove = await catalog.keepRowIds(handle);
  const staged = await stagedChanges(catalog, [operation, rowId, ...handle.columns], letRowsMove);
  const [op = '', id = '', ...values] = [...staged.engineColumns.values()];
  return engineSink(staged.engineTable, [op, id, ...values], {
    publish: () =>
      catalog.change(async (state) => {
        const { key, table } = tableById(state, handle.id);
        if (table.rowsVersion !== handle.rowsVersion || table.generation.engineTable !== handle.engineTable) {
          throw new TrinoError('TRANSACTION_CONFLICT', undefined, 'The rows of the table were changed by another query meanwhile');
        }
        await catalog.admit(state, staged);
        await refuseRepeated(catalog, `SELECT ${id} FROM ${staged.engineTable} WHERE ${id} IS NOT NULL GROUP BY ${id}, ${op} IS NULL HAVING count(*) > 1`);
        const rows = await catalog.count(`SELECT ${op} FROM ${staged.engineTable} WHERE ${op} IS NOT NULL`);
        const after = withTable(state, key, { ...table, maybeEmpty: true, rowsVersion: table.rowsVersion + 1, dataVersion: randomUUID() });
        const removed = `SELECT ${id} FROM ${staged.engineTable} WHERE ${op} IN (2, 3)`;
        const added = `SELECT ${values.join(', ')} FROM ${staged.engineTable} WHERE ${op} IN (1, 3)`;
        await catalog.replaceRows(table.generation, { removed, added }, after);
        catalog.addBytes(table.generation, staged);
        return { state: after, result: rows };
      }),
    discard: async () => {
      await letRowsMove();
      await catalog.drop(staged);
    },
    discardAfterPublish: true,
  });
}

async function stagedChanges(catalog: MemoryCatalog, columns: readonly MemoryColumn[], letRowsMove: () => Promise<void>): Promise<Generation> {
  try {
    return await catalog.createGeneration(columns);
  } catch (error) {
    await letRowsMove();
    throw error;
  }
}

async function refuseRepeated(catalog: MemoryCatalog, repeated: string): Promise<void> {
  if ((await catalog.count(repeated)) === 0n) return;
  throw new TrinoError('MERGE_TARGET_ROW_MULTIPLE_MATCHES', undefined, 'One MERGE target table row matched more than one source row');
}

interface SinkEnds {
  publish(): Promise<bigint>;
  discard(): Promise<void>;
  readonly discardAfterPublish?: boolean;
}

/** A sink that ends once: a failed finish() leaves nothing behind, and abort() after an end does nothing. */
function engineSink(table: string, columns: readonly string[], ends: SinkEnds): EngineTableSink {
  let open = true;
  return {
    kind: 'engineTable',
    table,
    columns,
    finish: async () => {
      if (!open) throw new Error('finish() of a sink that has ended');
      open = false;
      let published = false;
      try {
        const rows = await ends.publish();
        published = true;
        return rows;
      } finally {
        if (!published || ends.discardAfterPublish === true) await ends.discard();
      }
    },
    abort: async () => {
      if (!open) return;
      open = false;
      await ends.discard();
    },
  };
}
