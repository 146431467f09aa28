const NUMBERS = ['bigint', 'integer', 'smallint', 'tinyint', 'double', 'real'];
const INTERVALS = ['interval day to second', 'interval year to month'];
const DECIMALS = 'decimal(a_precision,a_scale), decimal(b_precision,b_scale)';

const same = (name: string, types: readonly string[]): readonly string[] => types.map((type) => `${name}(${type}, ${type}) -> ${type}`);

const bothWays = (name: string, left: string, right: string, result: string): readonly string[] => [
  `${name}(${left}, ${right}) -> ${result}`,
  `${name}(${right}, ${left}) -> ${result}`,
];

/** A day-time interval needs three digits of a second in the result; a year-month interval leaves the precision. */
const shifted = (name: string, turnable: boolean): readonly string[] =>
  ['timestamp(p)', 'timestamp(p) with time zone', 'time(p)', 'time(p) with time zone'].flatMap((type) => {
    const shift = (interval: string, result: string): readonly string[] =>
      turnable ? bothWays(name, type, interval, result) : [`${name}(${type}, ${interval}) -> ${result}`];
    return [
      ...shift('interval day to second', type.replace('(p)', '(u)')),
      ...(type.startsWith('timestamp') ? shift('interval year to month', type) : []),
      ...(turnable ? [] : [`${name}(${type}, ${type}) -> interval day to second`]),
    ];
  });

/** In the order in which Trino lists them as candidates. */
export const operatorSignatures: readonly string[] = [
  ...same('$add', [...NUMBERS, ...INTERVALS]),
  ...INTERVALS.flatMap((interval) => bothWays('$add', 'date', interval, 'date')),
  `$add(${DECIMALS}) -> decimal(r_precision,r_scale)`,
  ...shifted('$add', true),

  ...same('$subtract', [...NUMBERS, ...INTERVALS]),
  ...INTERVALS.map((interval) => `$subtract(date, ${interval}) -> date`),
  `$subtract(${DECIMALS}) -> decimal(r_precision,r_scale)`,
  ...shifted('$subtract', false),

  ...same('$multiply', NUMBERS),
  ...INTERVALS.flatMap((interval) => ['bigint', 'double'].flatMap((number) => bothWays('$multiply', interval, number, interval))),
  `$multiply(${DECIMALS}) -> decimal(r_precision,r_scale)`,

  ...same('$divide', NUMBERS),
  ...INTERVALS.map((interval) => `$divide(${interval}, double) -> ${interval}`),
  `$divide(${DECIMALS}) -> decimal(r_precision,r_scale)`,

  ...same('$modulus', NUMBERS),
  `$modulus(${DECIMALS}) -> decimal(r_precision,r_scale)`,

  ...[...NUMBERS, ...INTERVALS].map((type) => `$negate(${type}) -> ${type}`),
  '$negate(decimal(p,s)) -> decimal(p,s)',

  // AT TIME ZONE, which takes more than the function at_timezone
  ...['timestamp(p) with time zone', 'time(p) with time zone'].flatMap((type) =>
    ['varchar(x)', 'interval day to second'].map((zone) => `$at_timezone(${type}, ${zone}) -> ${type}`),
  ),

  // not in SHOW FUNCTIONS, but anyone may call it
  'fail(varchar) -> unknown',
  'fail(integer, varchar) -> unknown',

  '$subscript(array(E), bigint) E -> E',
  '$subscript(map(K,V), K) K, V -> V',
];
