import { UNBOUNDED_VARCHAR_LENGTH } from '../../spi/type.ts';

/** Numeric parameters of result types that follow from those of the arguments, by declaration. */
export type Calculation = (variable: (name: string) => number) => Readonly<Record<string, number>>;

const length = (value: number): number => Math.min(UNBOUNDED_VARCHAR_LENGTH, value);

const integralPrecision: Calculation = (v) => ({ rp: v('p') - v('s') + Math.min(v('s'), 1) });

const modulus: Calculation = (v) => {
  const scale = Math.max(v('a_scale'), v('b_scale'));
  return { r_scale: scale, r_precision: Math.min(v('b_precision') - v('b_scale'), v('a_precision') - v('a_scale')) + scale };
};

const sum: Calculation = (v) => {
  const scale = Math.max(v('a_scale'), v('b_scale'));
  const integral = Math.max(v('a_precision') - v('a_scale'), v('b_precision') - v('b_scale'));
  return { r_scale: scale, r_precision: Math.min(38, integral + scale + 1) };
};

const DECIMALS = '(decimal(a_precision,a_scale), decimal(b_precision,b_scale))';

export const calculatedParameters: Readonly<Record<string, Calculation>> = {
  'ceil(decimal(p,s))': integralPrecision,
  'ceiling(decimal(p,s))': integralPrecision,
  'floor(decimal(p,s))': integralPrecision,
  'round(decimal(p,s))': (v) => ({ rp: Math.min(38, v('p') - v('s') + Math.min(v('s'), 1)), rs: 0 }),
  'round(decimal(p,s), integer)': (v) => ({ rp: Math.min(38, v('p') + 1) }),
  'truncate(decimal(p,s))': (v) => ({ rp: Math.max(v('p') - v('s'), 1) }),
  [`mod${DECIMALS}`]: modulus,
  [`$modulus${DECIMALS}`]: modulus,
  [`$add${DECIMALS}`]: sum,
  [`$subtract${DECIMALS}`]: sum,
  [`$multiply${DECIMALS}`]: (v) => ({ r_scale: v('a_scale') + v('b_scale'), r_precision: Math.min(38, v('a_precision') + v('b_precision')) }),
  [`$divide${DECIMALS}`]: (v) => ({
    r_scale: Math.max(v('a_scale'), v('b_scale')),
    r_precision: Math.min(38, v('a_precision') + v('b_scale') + Math.max(v('b_scale') - v('a_scale'), 0)),
  }),
  'concat(char(x), char(y))': (v) => ({ u: v('x') + v('y') }),
  'replace(varchar(x), varchar(y), varchar(z))': (v) => ({ u: length(v('x') + v('z') * (v('x') + 1)) }),
  'regexp_replace(varchar(x), joniregexp, varchar(y))': (v) => ({
    z: length(v('x') + Math.max(Math.trunc((v('x') * v('y')) / 2), v('y')) * (v('x') + 1)),
  }),
  'url_encode(varchar(x))': (v) => ({ y: length(v('x') * 12) }),
  'render(varchar(x), color)': (v) => ({ y: length(v('x') + 15) }),
  'to_iso8601(timestamp(p))': (v) => ({ n: 22 + (v('p') > 0 ? v('p') + 1 : 0) }),
  'to_iso8601(timestamp(p) with time zone)': (v) => ({ n: 28 + (v('p') > 0 ? v('p') + 1 : 0) }),
  'timestamp and interval': (v) => ({ u: Math.max(v('p'), 3) }),
};
