import path from 'node:path';
import type { EngineTables } from '../../spi/connector.ts';
import { MemoryCatalog } from './memoryCatalog.ts';

interface Open {
  readonly catalog: Promise<MemoryCatalog>;
  users: number;
}

/** A folder has one catalog in the engine: a reloaded configuration goes on with that of the generation before. */
const open = new WeakMap<EngineTables, Map<string, Open>>();

export interface DurableCatalog {
  readonly catalog: MemoryCatalog;
  close(): Promise<void>;
}

export async function openDurableCatalog(engine: EngineTables, directory: string, dataBytesMax: number): Promise<DurableCatalog> {
  const folders = open.get(engine) ?? new Map<string, Open>();
  open.set(engine, folders);
  const folder = path.resolve(directory);
  const known = folders.get(folder);
  const entry = known ?? { catalog: engine.openFile(folder).then((file) => MemoryCatalog.open(file, dataBytesMax)), users: 0 };
  folders.set(folder, entry);
  entry.users++;
  const leave = async (): Promise<void> => {
    entry.users--;
    if (entry.users > 0) return;
    folders.delete(folder);
    await (await entry.catalog).close();
  };
  try {
    const catalog = await entry.catalog;
    catalog.dataBytesMax = dataBytesMax;
    return { catalog, close: leave };
  } catch (error) {
    folders.delete(folder);
    throw error;
  }
}
