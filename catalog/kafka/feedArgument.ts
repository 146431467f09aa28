import type { DecoderSpec } from './decoder/rowDecoder.ts';
import type { KafkaColumnHandle, MessagesRead, NewestFirst, OffsetRange } from './kafkaHandle.ts';
import type { Recording } from './cache/segmentRecorder.ts';
import type { ClusterOptions, IsolationLevel } from './wire/clusterOptions.ts';

/** Everything that the feed worker needs to know of one scan; plain data. */
export interface FeedArgument {
  readonly cluster: ClusterOptions;
  readonly topic: string;
  readonly topicId: string | undefined;
  readonly table: string;
  readonly isolation: IsolationLevel;
  readonly ranges: readonly OffsetRange[];
  /** An Int32 that the runs of the feed share: how many of the ranges have been begun. Absent: there is one run. */
  readonly begun?: SharedArrayBuffer;
  readonly columns: readonly KafkaColumnHandle[];
  /** So many of the columns are asked for; those behind them are only kept. */
  readonly visibleColumns: number;
  readonly key: DecoderSpec;
  readonly message: DecoderSpec;
  readonly timestampMin?: number;
  readonly timestampMax?: number;
  readonly limit?: number;
  readonly newest?: NewestFirst;
  /** Of each range a few messages from its beginning will do. */
  readonly firstOfEach?: boolean;
  /** All declared columns are among the columns: by them it is judged. */
  readonly only?: MessagesRead;
  readonly recording?: Recording;
  readonly progress: SharedArrayBuffer;
}

/** Places in the shared numbers (BigInt64Array) of a scan's progress. */
export const PROGRESS = { rows: 0, bytes: 1, offsets: 2, recordedBytes: 3, recordingErrno: 4 } as const;
export const PROGRESS_BYTES = 40;
