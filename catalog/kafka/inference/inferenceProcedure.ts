import type { ConnectorTransaction, Procedure } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { BIGINT, BOOLEAN, VARCHAR } from '../../../spi/type.ts';
import { isDecodeError } from '../decoder/rowDecoder.ts';
import { groupJson } from '../description/descriptionText.ts';
import type { FileTableDescriptions } from '../description/fileTableDescriptions.ts';
import type { TableDescription } from '../description/tableDescription.ts';
import { asKafkaTable, type KafkaTableHandle } from '../kafkaHandle.ts';
import { TABLE_ARGUMENTS, tableNamed, within } from '../procedureTable.ts';
import { SAMPLE_MESSAGES } from './schemaInference.ts';
import type { TableInference } from './tableInference.ts';
import { sampleMessages } from './sampleMessages.ts';

const SAMPLE_MAX = 100_000n;

export interface InferenceContext {
  readonly files: FileTableDescriptions;
  readonly inference: TableInference;
  begin(): ConnectorTransaction;
}

/** `system.infer_schema`: writes the description of a table with the columns that its messages show. */
export function inferenceProcedure({ files, inference, begin }: InferenceContext): Procedure {
  return {
    schema: 'system',
    name: 'infer_schema',
    arguments: [
      ...TABLE_ARGUMENTS,
      { name: 'MESSAGES', type: BIGINT, defaultValue: BigInt(SAMPLE_MESSAGES) },
      { name: 'DECODE_ERROR', type: VARCHAR, defaultValue: null },
      { name: 'REPLACE', type: BOOLEAN, defaultValue: false },
    ],
    call: (session, [schema, table, messages, decodeError, replace], signal) =>
      within(begin, async (transaction) => {
        const count = sampleSize(messages);
        const onError = decodeErrorOf(decodeError);
        const handle = asKafkaTable((await tableNamed(transaction, session, { schema, table })).handle);
        const known = await (await files.current()).find(handle.schema, handle.table);
        if (known === undefined || handle.change !== undefined)
          throw new TrinoError('NOT_SUPPORTED', undefined, `Table '${handle.schema}.${handle.table}' has no description of its own`);
        if (replace !== true && (known.key !== undefined || known.message !== undefined))
          throw new TrinoError('ALREADY_EXISTS', undefined, `Table '${handle.schema}.${handle.table}' is described already: REPLACE => true describes it anew`);
        const sample = await sampleMessages(transaction, session, undescribed(handle), { count, signal });
        const { key, message } = await inference.infer(withoutColumns(known), sample);
        if (key === undefined && message === undefined)
          throw new TrinoError(
            'GENERIC_USER_ERROR',
            undefined,
            `No columns can be inferred from ${sample.messages.length} messages of topic '${handle.topic}': they are neither JSON objects nor CSV, and no registry knows them`,
          );
        await files.edit(handle, (json) => {
          json.key = key === undefined ? undefined : groupJson(key);
          json.message = message === undefined ? undefined : groupJson(message);
          if (onError !== undefined) json.decodeError = onError;
        });
      }),
  };
}

function sampleSize(messages: unknown): number {
  if (typeof messages !== 'bigint' || messages < 1n || messages > SAMPLE_MAX)
    throw new TrinoError('INVALID_PROCEDURE_ARGUMENT', undefined, `messages must be between 1 and ${SAMPLE_MAX}`);
  return Number(messages);
}

function decodeErrorOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string' || !isDecodeError(value))
    throw new TrinoError('INVALID_PROCEDURE_ARGUMENT', undefined, `decode_error is unknown: ${String(value)}`);
  return value;
}

/** The messages are read as they are, whatever the table says of them now. */
const undescribed = (handle: KafkaTableHandle): KafkaTableHandle => ({
  ...handle,
  key: { dataFormat: 'dummy', fields: [] },
  message: { dataFormat: 'dummy', fields: [] },
});

const withoutColumns = ({ key: _, message: __, ...description }: TableDescription): TableDescription => description;
