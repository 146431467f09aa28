import type { ConnectorConfig } from '../../spi/connector.ts';

/** A connector's configuration that can tell which keys nobody asked for. */
export interface ConnectorConfigReader extends ConnectorConfig {
  requireAllUsed(): void;
}
