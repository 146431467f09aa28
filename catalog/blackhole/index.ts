import type { ConnectorFactory } from '../../spi/connector.ts';
import { BlackholeCatalog } from './blackholeCatalog.ts';
import { TABLE_PROPERTIES } from './blackholeProperties.ts';
import { BlackholeTransaction } from './blackholeTransaction.ts';

/** Tables that swallow what is written and make up what is read: for tests of clients and of speed. */
export const blackholeConnectorFactory: ConnectorFactory = {
  name: 'blackhole',
  create() {
    const catalog = new BlackholeCatalog();
    return { tableProperties: TABLE_PROPERTIES, discardsRows: true, begin: () => new BlackholeTransaction(catalog), close: async () => {} };
  },
};
