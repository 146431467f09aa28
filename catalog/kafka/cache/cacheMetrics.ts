import type { ConnectorMetric } from '../../../spi/connector.ts';
import type { SegmentCache } from './segmentCache.ts';

/** Described in docs/metrics.md. */
export function cacheMetrics({ figures }: SegmentCache): readonly ConnectorMetric[] {
  const { segments, bytes, keptMessages, fetchedMessages } = figures;
  return [
    { name: 'lepton_kafka_cache_segments', help: 'Segments in the cache', kind: 'gauge', value: segments },
    { name: 'lepton_kafka_cache_bytes', help: 'Bytes of the segments on the disk', kind: 'gauge', value: bytes },
    { name: 'lepton_kafka_cache_kept_messages', help: 'Messages that scans read from the cache', kind: 'counter', value: keptMessages },
    { name: 'lepton_kafka_cache_fetched_messages', help: 'Messages that scans with a cache fetched from the brokers', kind: 'counter', value: fetchedMessages },
  ];
}
