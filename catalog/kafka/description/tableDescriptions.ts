import type { ConnectorSession } from '../../../spi/session.ts';
import type { TableDescription } from './tableDescription.ts';

/** The tables of a catalog as one query sees them. */
export interface TableDescriptions {
  list(schema: string | undefined): readonly { readonly schema: string; readonly table: string }[];
  find(schema: string, table: string): Promise<TableDescription | undefined>;
}

/** Where descriptions come from (`kafka.table-description-supplier`). */
export interface TableDescriptionSupplier {
  start(): Promise<void>;
  current(session: ConnectorSession): Promise<TableDescriptions>;
}
