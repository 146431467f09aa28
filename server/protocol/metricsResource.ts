import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry, collectDefaultMetrics } from 'prom-client';
import type { ConnectorMetric } from '../../spi/connector.ts';
import type { Query } from '../query/query.ts';
import type { QueryManager } from '../query/queryManager.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

/** /metrics in the OpenMetrics text format; the names stand in docs/metrics.md. */
export function registerMetricsResource(
  app: FastifyInstance,
  queries: QueryManager,
  catalogMetrics: () => ReadonlyMap<string, readonly ConnectorMetric[]>,
): void {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  collectDefaultMetrics({ register: registry, prefix: 'lepton_' });
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge('lepton_queries_running', 'Queries that run now', () => queries.counts().running);
  gauge('lepton_queries_queued', 'Queries that wait for their turn', () => queries.counts().queued);
  const ended = new Counter({ name: 'lepton_queries', help: 'Queries that have ended', labelNames: ['state', 'error_type'], registers });
  const seconds = new Histogram({ name: 'lepton_query_seconds', help: 'Time from POST to the end of the query', buckets: SECONDS, registers });
  const inputRows = new Counter({ name: 'lepton_input_rows', help: 'Rows read from the catalogs', registers });
  const outputRows = new Counter({ name: 'lepton_output_rows', help: 'Rows sent to clients', registers });
  const outputBytes = new Counter({ name: 'lepton_output_bytes', help: 'Bytes of rows sent to clients, before compression', registers });
  queries.onEnd((query: Query) => {
    const { states } = query;
    ended.inc({ state: states.state, error_type: states.error?.errorType ?? 'NONE' });
    seconds.observe(states.elapsedMs() / 1_000);
    inputRows.inc(query.statistics().processedRows);
    outputRows.inc(query.outputRows);
    outputBytes.inc(query.outputBytes);
  });
  const ofCatalogs = new CatalogMetrics(registry);
  app.get('/metrics', async (_, reply) => {
    ofCatalogs.set(catalogMetrics());
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** Made when a catalog first tells of them, and empty again when none does. */
class CatalogMetrics {
  readonly #registers: Registry<OpenMetricsContentType>[];
  readonly #gauges = new Map<string, Gauge<'catalog'>>();
  readonly #counters = new Map<string, Counter<'catalog'>>();

  constructor(registry: Registry<OpenMetricsContentType>) {
    this.#registers = [registry];
  }

  set(metrics: ReadonlyMap<string, readonly ConnectorMetric[]>): void {
    for (const known of [...this.#gauges.values(), ...this.#counters.values()]) known.reset();
    for (const [catalog, told] of metrics)
      for (const metric of told) {
        if (metric.kind === 'gauge') this.#gauge(metric).set({ catalog }, metric.value);
        else this.#counter(metric).inc({ catalog }, metric.value);
      }
  }

  #gauge({ name, help }: ConnectorMetric): Gauge<'catalog'> {
    const known = this.#gauges.get(name) ?? new Gauge({ name, help, labelNames: ['catalog'], registers: this.#registers });
    this.#gauges.set(name, known);
    return known;
  }

  #counter({ name, help }: ConnectorMetric): Counter<'catalog'> {
    const known = this.#counters.get(name) ?? new Counter({ name, help, labelNames: ['catalog'], registers: this.#registers });
    this.#counters.set(name, known);
    return known;
  }
}
