import type { PropertyMetadata } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BOOLEAN, VARCHAR } from '../../spi/type.ts';
import type { KafkaConfig } from './kafkaConfig.ts';
import { EMPTY_FIELD_STRATEGY, isStrategy } from './registry/confluentTableDescriptions.ts';
import { ISOLATION_LEVELS, isIsolationLevel } from './wire/clusterOptions.ts';

export const ISOLATION_LEVEL = 'isolation_level';

export function sessionProperties(config: KafkaConfig): readonly PropertyMetadata[] {
  return [
    {
      name: 'timestamp_upper_bound_force_push_down_enabled',
      description: 'Enable or disable timestamp upper bound push down for topic createTime mode',
      type: BOOLEAN,
      defaultValue: config.timestampUpperBoundPushDown,
    },
    {
      name: ISOLATION_LEVEL,
      description: 'Whether messages of transactions that are open or were aborted are read. Possible values: [read_uncommitted, read_committed]',
      type: VARCHAR,
      defaultValue: config.isolation,
      validate: (value) => {
        if (!isIsolationLevel(value))
          throw new TrinoError('INVALID_SESSION_PROPERTY', undefined, `Invalid value [${String(value)}]. Valid values: [${ISOLATION_LEVELS.join(', ')}]`);
      },
    },
    ...(config.tableDescriptionSupplier === 'file' ? [] : [emptyFieldStrategy(config)]),
  ];
}

function emptyFieldStrategy(config: KafkaConfig): PropertyMetadata {
  return {
    name: EMPTY_FIELD_STRATEGY,
    description:
      "Strategy for handling struct types with no fields: IGNORE (default), FAIL, and MARK to add a boolean field named '$empty_field_marker'. Possible values: [IGNORE, MARK, FAIL]",
    type: VARCHAR,
    defaultValue: config.emptyFieldStrategy,
    validate: (value) => {
      if (!isStrategy(value))
        throw new TrinoError('INVALID_SESSION_PROPERTY', undefined, `Invalid value [${String(value)}]. Valid values: [IGNORE, MARK, FAIL]`);
    },
  };
}
