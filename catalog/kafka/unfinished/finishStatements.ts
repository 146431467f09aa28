import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../../spi/connector.ts';
import { errorMessage } from '../../../spi/trinoError.ts';
import type { FileTableDescriptions } from '../description/fileTableDescriptions.ts';
import { removeTopic, topicIdOf } from '../ddl/topicLifecycle.ts';
import { ProducerTransaction } from '../producerTransaction.ts';
import type { KafkaCluster } from '../wire/kafkaCluster.ts';
import type { LeftBehind, UnfinishedStatements, UnfinishedTable } from './unfinishedStatements.ts';

/** The catalog waits so long for it before it takes statements. */
const START_WAIT_MS = 3_000;
const PAUSE_MS = 5_000;
const TRANSACTION_TIMEOUT_MS = 60_000;

export interface FinishStatementsOptions {
  readonly cluster: KafkaCluster;
  /** undefined: tables come from elsewhere, and none is made. */
  readonly files: FileTableDescriptions | undefined;
  readonly unfinished: UnfinishedStatements;
  readonly log: Logger;
  /** The catalog is closed. */
  readonly signal: AbortSignal;
}

/** Ends and takes away what statements of a server that died have left: open transactions, and topics of tables that never came to be. */
export async function finishStatements(options: FinishStatementsOptions): Promise<void> {
  const left = await options.unfinished.leftBehind();
  if (left.length === 0) return;
  // what was written to a topic before what becomes of the topic
  const inTurn = left.toSorted((a, b) => Number(a.statement.table !== undefined) - Number(b.statement.table !== undefined));
  const tooLate = new AbortController();
  await Promise.race([untilFinished(inTurn, options), delay(START_WAIT_MS, undefined, { signal: tooLate.signal })]);
  tooLate.abort();
}

/** What a statement of this server could not take away. */
export function takeAwayLater(left: LeftBehind, options: FinishStatementsOptions): void {
  void delay(PAUSE_MS, undefined, { ref: false }).then(() => untilFinished([left], options));
}

async function untilFinished(all: readonly LeftBehind[], options: FinishStatementsOptions): Promise<void> {
  for (let left = all; left.length > 0; ) {
    const unreachable: LeftBehind[] = [];
    for (const statement of left) {
      try {
        await finish(statement, options);
      } catch (error) {
        options.log.warn('what a statement left behind cannot be taken away yet', { ...told(statement), error: errorMessage(error) });
        unreachable.push(statement);
      }
    }
    left = unreachable;
    if (left.length > 0) await delay(PAUSE_MS, undefined, { ref: false });
    if (options.signal.aborted) return;
  }
}

async function finish({ statement, done }: LeftBehind, options: FinishStatementsOptions): Promise<void> {
  const { transactionalId, table } = statement;
  if (transactionalId !== undefined) await abortTransaction(transactionalId, options);
  if (table !== undefined && options.files !== undefined) await takeAway(table, options.files, options);
  await done();
  options.log.info('what a statement had left is taken away', told({ statement }));
}

/** Whoever becomes the producer of the id ends what the one before had begun. */
async function abortTransaction(transactionalId: string, { cluster, unfinished, log }: FinishStatementsOptions): Promise<void> {
  const successor = new ProducerTransaction({ cluster, topic: '', transactionalId, timeoutMs: TRANSACTION_TIMEOUT_MS, unfinished, log });
  await successor.fence();
}

async function takeAway(table: UnfinishedTable, files: FileTableDescriptions, { cluster, log }: FinishStatementsOptions): Promise<void> {
  const { topic, topicId } = table;
  if (await files.describes(table)) return; // it came to be: the answer alone was lost
  if (topicId !== undefined) {
    if ((await topicIdOf(cluster, topic)) === topicId) await removeTopic(cluster, topic);
  } else if ((await topicIdOf(cluster, topic)) !== undefined)
    log.warn('a topic may be what a statement left behind: it is not known who made it, and it stays', { topic });
  await files.removeFiles(table.files);
}

const told = ({ statement: { transactionalId, table } }: Pick<LeftBehind, 'statement'>): Record<string, unknown> => ({
  ...(transactionalId === undefined ? {} : { transactionalId }),
  ...(table === undefined ? {} : { table: `${table.schema}.${table.table}`, topic: table.topic }),
});
