import type { Value } from '../../../spi/value.ts';
import type { ScalarImplementations } from '../functions/implementation.ts';
import { matchPartition, type PreparedTask, prepareTask } from './matchPartition.ts';
import { readTask } from './patternTask.ts';

/** $match_pattern(masks, rows, following, task): the rows of the result of one partition. What the task does not need is an empty array. */
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
      const udf = context.udf({
        name: MATCH_FUNCTION,
        parameterTypes: call.argumentTypes,
        returnType: call.returnType,
        nulls: 'propagate',
        evaluate: (...values) => {
          const [masks, rows, following, task] = values;
          return matchPartition(preparedTask(String(task)), {
            masks: listOf(masks).map(Number),
            rows: listOf(rows).map(listOf),
            following: listOf(following).map((value) => (typeof value === 'bigint' ? value : null)),
          });
        },
      });
      return udf(...call.arguments);
    },
  },
};

const listOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);
