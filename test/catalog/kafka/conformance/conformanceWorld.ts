import { decoderTables } from './decoderTables.ts';
import { registryTables } from './registryTables.ts';
import { rowTables } from './rowTables.ts';
import { joined, type World } from './world.ts';
import { writeTables } from './writeTables.ts';

/** `schemas`: the folder that its files will lie in. */
export const conformanceWorld = (schemas: string): World => joined([decoderTables(), rowTables(), registryTables(schemas), writeTables()]);
