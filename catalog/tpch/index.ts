import type { ConnectorFactory } from '../../spi/connector.ts';
import { TpchTransaction } from './tpchTransaction.ts';

/** TPC-H's tables, generated as they are read: `tiny`, `sf1`, … and any other `sf<number>`. */
export const tpchConnectorFactory: ConnectorFactory = {
  name: 'tpch',
  create({ config, log }) {
    const options = {
      standardNaming: config.oneOf('tpch.column-naming', ['SIMPLIFIED', 'STANDARD'], 'SIMPLIFIED') === 'STANDARD',
      doubleAsDecimal: config.oneOf('tpch.double-type-mapping', ['DOUBLE', 'DECIMAL'], 'DOUBLE') === 'DECIMAL',
      predicatePushdown: config.boolean('tpch.predicate-pushdown-enabled', true),
    };
    // Trino's own, about how the work is spread: no difference in the rows
    config.integer('tpch.splits-per-node', 1, { min: 1 });
    config.boolean('tpch.partitioning-enabled', true);
    config.boolean('tpch.produce-pages', false);
    config.integer('tpch.max-rows-per-page', 1_000_000, { min: 1 });
    const redirected = [config.string('tpch.table-scan-redirection-catalog'), config.string('tpch.table-scan-redirection-schema')];
    if (redirected.some((name) => name !== undefined)) log.warn('tpch.table-scan-redirection-catalog and -schema have no effect: the rows are generated here');
    return { analyzesTables: true, begin: () => new TpchTransaction(options), close: async () => {} };
  },
};
