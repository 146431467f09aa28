import type { Connector, Procedure } from '../../../spi/connector.ts';
import { type RowsTable, RowsTransaction } from '../rowsTables.ts';

/** The catalog `system`: what the server says of itself. */
export function systemConnector(tables: readonly RowsTable[], procedures: readonly Procedure[]): Connector {
  return {
    begin: () => new RowsTransaction('system', tables),
    procedures,
    close: () => Promise.resolve(),
  };
}
