import { decoderTables } from './decoderTables.ts';
import { rowTables } from './rowTables.ts';
import { joined, type World } from './world.ts';

export const conformanceWorld = (): World => joined([decoderTables(), rowTables()]);
