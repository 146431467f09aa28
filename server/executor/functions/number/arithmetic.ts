import type { Type } from '../../../../spi/type.ts';
import { physicalType } from '../../physicalType.ts';
import { decimalArithmetic } from './decimal.ts';
import { bind, type EmitContext, type ScalarCall, type ScalarImplementation, type ScalarImplementations } from '../implementation.ts';
import { addInterval, divideInterval, isInterval, multiplyInterval, negateInterval, subtractTemporal } from '../temporal/interval.ts';

type IntegerKind = 'tinyint' | 'smallint' | 'integer' | 'bigint';
const BITS: Readonly<Record<IntegerKind, bigint>> = { tinyint: 8n, smallint: 16n, integer: 32n, bigint: 64n };
export const isIntegerKind = (kind: Type['kind']): kind is IntegerKind => Object.hasOwn(BITS, kind);
const isFloat = (type: Type): boolean => type.kind === 'real' || type.kind === 'double';
export const minimumOf = (kind: IntegerKind): bigint => -(2n ** (BITS[kind] - 1n));

function operator(sign: '+' | '-' | '*', others: (call: ScalarCall, context: EmitContext) => string): ScalarImplementation {
  return {
    emit(call, context) {
      const [left = '', right = ''] = call.arguments;
      const type = call.returnType;
      const [first] = call.argumentTypes;
      if (isIntegerKind(type.kind) || (isFloat(type) && first !== undefined && isFloat(first))) return `(${left} ${sign} ${right})`;
      return type.kind === 'decimal' ? decimalArithmetic(sign, call, context) : others(call, context);
    },
    mayFail: (call) => !isFloat(call.returnType) && !(call.returnType.kind === 'decimal' && call.returnType.precision < 38),
  };
}

/** A constant that is not zero needs no guard. */
function isNonZeroConstant(call: ScalarCall, index: number): boolean {
  const expression = call.expressions[index];
  if (expression?.kind !== 'constant' || expression.value === null) return false;
  return typeof expression.value === 'bigint' ? expression.value !== 0n : Number(expression.value) !== 0;
}

/** -1 as a divisor overflows for the least number. */
function isMinusOnePossible(call: ScalarCall): boolean {
  const expression = call.expressions[1];
  return expression?.kind !== 'constant' || Number(expression.value) === -1;
}

const OUT_OF_TYPE: Readonly<Record<IntegerKind, string>> = {
  tinyint: 'Value 128 exceeds MAX_BYTE',
  smallint: 'Value 32768 exceeds MAX_SHORT for type smallint',
  integer: 'Value 2147483648 exceeds MAX_INT for type integer',
  bigint: '',
};

function emitIntegerDivision(call: ScalarCall, kind: IntegerKind, context: EmitContext): string {
  const [left = '', right = ''] = call.arguments;
  const type = call.returnType;
  return bind(context, left, (a) =>
    bind(context, right, (b) => {
      const branches: string[] = [];
      if (!isNonZeroConstant(call, 1)) branches.push(`WHEN ${b} = 0 THEN ${context.fail('DIVISION_BY_ZERO', "'Division by zero'", type)}`);
      if (isMinusOnePossible(call)) {
        const minimum = minimumOf(kind);
        const failure =
          kind === 'bigint'
            ? context.fail('NUMERIC_VALUE_OUT_OF_RANGE', `'bigint division overflow: ${minimum} / -1'`, type)
            : context.fail('GENERIC_INTERNAL_ERROR', `'${OUT_OF_TYPE[kind]}'`, type);
        branches.push(`WHEN ${b} = -1 THEN CASE WHEN ${a} = ${minimum} THEN ${failure} ELSE CAST(-${a} AS ${physicalType(type)}) END`);
      }
      return branches.length === 0 ? `(${a} // ${b})` : `CASE ${branches.join(' ')} ELSE ${a} // ${b} END`;
    }),
  );
}

const divide: ScalarImplementation = {
  emit(call, context) {
    const [left = '', right = ''] = call.arguments;
    const kind = call.returnType.kind;
    if (isIntegerKind(kind)) return emitIntegerDivision(call, kind, context);
    if (isFloat(call.returnType)) return `(${left} / ${right})`;
    return kind === 'decimal' ? decimalArithmetic('/', call, context) : divideInterval(call, context);
  },
  mayFail: (call) => !isFloat(call.returnType) && !(isIntegerKind(call.returnType.kind) && isNonZeroConstant(call, 1) && !isMinusOnePossible(call)),
};

function modulus(byZero: { readonly code: 'DIVISION_BY_ZERO' | 'GENERIC_INTERNAL_ERROR'; readonly message: string }): ScalarImplementation {
  return {
    emit: (call, context) => emitModulus(call, context, byZero),
    mayFail: (call) => !isFloat(call.returnType) && !isNonZeroConstant(call, 1),
  };
}

function emitModulus(
  call: ScalarCall,
  context: EmitContext,
  byZero: { readonly code: 'DIVISION_BY_ZERO' | 'GENERIC_INTERNAL_ERROR'; readonly message: string },
): string {
  const [left = '', right = ''] = call.arguments;
  const type = call.returnType;
  if (isFloat(type)) return `(${left} % ${right})`;
  if (type.kind === 'decimal') return decimalArithmetic('%', call, context);
  return bind(context, right, (divisor) => {
    const zero = isNonZeroConstant(call, 1)
      ? ''
      : `WHEN ${left} IS NULL THEN NULL WHEN ${divisor} = 0 THEN ${context.fail(byZero.code, `'${byZero.message}'`, type)} `;
    // the least number by -1 overflows in DuckDB
    const one = isMinusOnePossible(call) ? `WHEN ${divisor} = -1 THEN ${left} - ${left} ` : '';
    return zero + one === '' ? `(${left} % ${divisor})` : `CASE ${zero}${one}ELSE ${left} % ${divisor} END`;
  });
}

const negate: ScalarImplementation = {
  emit(call, context) {
    const [value = ''] = call.arguments;
    const { kind } = call.returnType;
    if (isInterval(call.returnType)) return negateInterval(call, context);
    if (!isIntegerKind(kind)) return `(-${value})`;
    const failure = context.fail('NUMERIC_VALUE_OUT_OF_RANGE', `'${kind} negation overflow: ${minimumOf(kind)}'`, call.returnType);
    return bind(context, value, (x) => `CASE WHEN ${x} = ${minimumOf(kind)} THEN ${failure} ELSE CAST(-${x} AS ${physicalType(call.returnType)}) END`);
  },
  mayFail: (call) => isIntegerKind(call.returnType.kind) || isInterval(call.returnType),
};

export const arithmetic: ScalarImplementations = {
  $add: operator('+', (call, context) => addInterval(call, 1, context)),
  $subtract: operator('-', (call, context) => {
    const [left, right] = call.argumentTypes;
    if (isInterval(call.returnType) && left !== undefined && right !== undefined && !isInterval(left)) return subtractTemporal(call, context);
    return addInterval(call, -1, context);
  }),
  $multiply: operator('*', multiplyInterval),
  $divide: divide,
  $modulus: modulus({ code: 'DIVISION_BY_ZERO', message: 'Division by zero' }),
  $negate: negate,
  mod: modulus({ code: 'GENERIC_INTERNAL_ERROR', message: '/ by zero' }),
};
