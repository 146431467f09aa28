import type { Value } from '../../../spi/value.ts';
import type { ScalarImplementations } from '../functions/implementation.ts';
import { matchPartition, type PreparedTask, prepareTask } from './matchPartition.ts';
import { readTask } from './patternTask.ts';

/** $match_pattern(masks, [rows,] task): the rows of the result of one partition. Only conditions on the match so far need the rows. */
export const MATCH_FUNCTION = '$match_pattern';

const PREPARED_MAX = 100;
const prepared = new Map<string, PreparedTask>();

function preparedTask(text: string): PreparedTask {
  let task = prepared.get(text);
  if (task === undefined) {
    task = prepareTask(readTask(text));
    if (prepared.size >= PREPARED_MAX) prepared.clear();
    prepared.set(text, task);
  }
  return task;
}

export const patternFunctions: ScalarImplementations = {
  [MATCH_FUNCTION]: {
    mayFail: true,
    emit(call, context) {
      const name = context.udf({
        name: MATCH_FUNCTION,
        parameterTypes: call.argumentTypes,
        returnType: call.returnType,
        nulls: 'propagate',
        evaluate: (...values) => {
          const rows = values.length > 2 ? listOf(values[1]).map(listOf) : [];
          return matchPartition(preparedTask(String(values.at(-1))), { masks: numbers(values[0]), rows });
        },
      });
      return `${name}(${call.arguments.join(', ')})`;
    },
  },
};

const listOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);
const numbers = (value: Value | undefined): readonly number[] => listOf(value).map(Number);
