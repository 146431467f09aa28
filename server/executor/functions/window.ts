import type { WindowImplementation, WindowImplementations } from './implementation.ts';

const same = (duckdbName: string): WindowImplementation => ({ emit: (call) => call.apply(duckdbName, call.arguments) });

/** lag and lead: INVALID_FUNCTION_ARGUMENT for an offset that is NULL or negative. */
const shifted = (name: 'lag' | 'lead'): WindowImplementation => ({
  mayFail: true,
  emit: (call, context) => {
    const [value = '', offset, fallback] = call.arguments;
    if (offset === undefined) return call.apply(name, [value]);
    const fail = (message: string): string => context.fail('INVALID_FUNCTION_ARGUMENT', `'${message}'`, { kind: 'bigint' });
    const checked = `CASE WHEN ${offset} IS NULL THEN ${fail('Offset must not be null')} WHEN ${offset} < 0 THEN ${fail('Offset must be at least 0')} ELSE ${offset} END`;
    const constant = call.expressions[1]?.kind === 'constant' && typeof call.expressions[1].value === 'bigint' && call.expressions[1].value >= 0n;
    return call.apply(name, [value, constant ? offset : checked, ...(fallback === undefined ? [] : [fallback])]);
  },
});

const positive = (name: 'ntile' | 'nth_value', message: string): WindowImplementation => ({
  mayFail: true,
  emit: (call, context) => {
    const list = [...call.arguments];
    const count = list.pop() ?? '';
    const expression = call.expressions.at(-1);
    const constant = expression?.kind === 'constant' && typeof expression.value === 'bigint' && expression.value > 0n;
    const checked = `CASE WHEN ${count} <= 0 THEN ${context.fail('INVALID_FUNCTION_ARGUMENT', `'${message}'`, { kind: 'bigint' })} ELSE ${count} END`;
    return call.apply(name, [...list, constant ? count : checked]);
  },
});

export const windowFunctions: WindowImplementations = {
  row_number: same('row_number'),
  rank: same('rank'),
  dense_rank: same('dense_rank'),
  percent_rank: same('percent_rank'),
  cume_dist: same('cume_dist'),
  ntile: positive('ntile', 'Buckets must be greater than 0'),
  lag: shifted('lag'),
  lead: shifted('lead'),
  first_value: same('first_value'),
  last_value: same('last_value'),
  nth_value: positive('nth_value', 'Offset must be at least 1'),
};
