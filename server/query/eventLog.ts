import { type WriteStream, createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from '../../spi/connector.ts';
import type { PlanTables } from './planTables.ts';
import type { Query } from './query.ts';

/** Appends one JSON line for each ended query, with the fields of Trino's QueryCompletedEvent. */
export class EventLog {
  readonly #stream: WriteStream;
  readonly #node: { readonly version: string; readonly environment: string; readonly address: string };

  constructor(file: string, node: { readonly version: string; readonly environment: string; readonly address: string }, log: Logger) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.#node = node;
    this.#stream = createWriteStream(file, { flags: 'a' });
    this.#stream.on('error', (error) => log.error('the event log cannot be written', { file, error: error.message }));
  }

  write(query: Query): void {
    this.#stream.write(`${JSON.stringify(this.#event(query))}\n`);
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#stream.end(resolve));
  }

  #event(query: Query): Record<string, unknown> {
    const { session, states, info } = query;
    const statistics = query.statistics();
    const seconds = (ms: number) => ms / 1_000;
    const time = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
    const { error } = states;
    return {
      metadata: {
        queryId: query.id,
        transactionId: session.transactionId,
        query: query.sql,
        updateType: info?.updateType,
        preparedQuery: info?.preparedQuery,
        queryState: states.state,
        uri: `/v1/query/${query.id}`,
      },
      statistics: {
        cpuTime: seconds(statistics.cpuTimeMs),
        wallTime: seconds(states.elapsedMs()),
        queuedTime: seconds(states.durationMs('QUEUED')),
        planningTime: seconds(states.durationMs('PLANNING')),
        executionTime: seconds(states.timeOf('RUNNING') === undefined ? 0 : (states.endedMs ?? 0) - (states.timeOf('RUNNING') ?? 0)),
        peakUserMemoryBytes: statistics.peakMemoryBytes,
        physicalInputRows: statistics.processedRows,
        physicalInputBytes: statistics.processedBytes,
        outputRows: query.outputRows,
        outputBytes: query.outputBytes,
      },
      context: {
        user: session.user,
        originalUser: session.originalUser,
        groups: session.groups,
        principal: session.user,
        source: session.source,
        catalog: session.catalog,
        schema: session.schema,
        traceToken: session.traceToken,
        clientInfo: session.clientInfo,
        clientTags: session.clientTags,
        remoteClientAddress: session.remoteAddress,
        userAgent: session.userAgent,
        timezone: session.timeZone,
        queryType: info?.queryType,
        serverVersion: this.#node.version,
        environment: this.#node.environment,
        serverAddress: this.#node.address,
      },
      ioMetadata: ioMetadata(info?.tables),
      failureInfo:
        error === undefined ? undefined : { errorCode: { code: error.errorCode, name: error.errorName, type: error.errorType }, failureMessage: error.message },
      warnings: query.warnings.map(({ name, code, message }) => ({ warningCode: { code, name }, message })),
      createTime: time(states.createdMs),
      executionStartTime: time(states.timeOf('RUNNING')),
      endTime: time(states.endedMs),
    };
  }
}

function ioMetadata(tables: PlanTables | undefined): Record<string, unknown> {
  const inputs = (tables?.inputs ?? []).map(({ connectorName, catalog, schema, table, columns, connectorInfo }) => ({
    connectorName,
    ...placeOf({ catalog, schema, table }),
    columns,
    ...(connectorInfo === undefined ? {} : { connectorInfo }),
  }));
  const output = tables?.output;
  if (output === undefined) return { inputs };
  return { inputs, output: { ...placeOf(output), columns: output.columns.map(({ name, type }) => ({ columnName: name, columnType: type })) } };
}

function placeOf({ catalog, schema, table }: { readonly catalog: string; readonly schema: string; readonly table: string }): Record<string, unknown> {
  return { catalogName: catalog, catalogVersion: 'default', schema, table };
}
