import { STANDARD_ERROR_CODES, type StandardErrorName } from '../../spi/errorCode.ts';
import { errorMessage, TrinoError } from '../../spi/trinoError.ts';

const REMEMBERED_MAX = 1000;

/**
 * Carries errors of ours through the engine, which knows only texts: `@DIVISION_BY_ZERO@Division by zero`, or `@#17:NAME@` for an
 * error that is more than a standard code and a message.
 */
export class ErrorLedger {
  readonly #errors = new Map<number, unknown>();
  #last = 0;

  /** The text to hand to the engine. */
  write(error: unknown): string {
    if (error instanceof TrinoError && error.location === undefined && error.cause === undefined && isStandard(error.errorName)) {
      return `@${error.errorName}@${error.message}`;
    }
    const id = ++this.#last;
    this.#errors.set(id, error);
    // errors within TRY are never read: the oldest go
    if (this.#errors.size > REMEMBERED_MAX)
      for (const old of this.#errors.keys()) {
        this.#errors.delete(old);
        break;
      }
    return `@#${id}${error instanceof TrinoError ? `:${error.errorName}` : ''}@`;
  }

  /** What the user sees of an error of the engine. */
  read(error: unknown): unknown {
    if (error instanceof TrinoError) return error;
    const text = errorMessage(error);
    const remembered = /^(?:[A-Za-z ]+ Error: )?@#(\d+)(?::\w+)?@/.exec(text);
    if (remembered !== null) {
      const id = Number(remembered[1]);
      const original = this.#errors.get(id);
      if (original instanceof TrinoError) return original;
      if (this.#errors.has(id)) return engineError(errorMessage(original), original);
    }
    const coded = /^(?:[A-Za-z ]+ Error: )?@([A-Z0-9_]+)@([\s\S]*)$/.exec(text);
    if (coded !== null && isStandard(coded[1] ?? '')) return new TrinoError(coded[1] as StandardErrorName, undefined, coded[2] ?? '');
    return engineError(text, error);
  }
}

export function isStandard(name: string): name is StandardErrorName {
  return Object.hasOwn(STANDARD_ERROR_CODES, name);
}

function engineError(text: string, cause: unknown): TrinoError {
  const [kind, message] = kindAndMessage(text);
  const options = { cause };
  switch (kind) {
    case 'INTERRUPT Error':
      return new TrinoError('USER_CANCELED', undefined, 'Query was canceled', options);
    case 'Out of Memory Error':
      return new TrinoError('EXCEEDED_LOCAL_MEMORY_LIMIT', undefined, memoryMessage(message), options);
    case 'Out of Range Error':
      return new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, overflowMessage(message), options);
    case 'Conversion Error':
      return new TrinoError(/out of range/.test(message) ? 'NUMERIC_VALUE_OUT_OF_RANGE' : 'INVALID_CAST_ARGUMENT', undefined, message, options);
    default:
      if (/More than one row returned by a subquery/.test(text)) {
        return new TrinoError('SUBQUERY_MULTIPLE_ROWS', undefined, 'Scalar sub-query has returned multiple rows', options);
      }
      return new TrinoError('GENERIC_INTERNAL_ERROR', undefined, text, options);
  }
}

/** `Out of Memory Error: …`; within a call of the native API an exception comes as JSON. */
function kindAndMessage(text: string): readonly [string, string] {
  if (text.startsWith('{"exception_type"')) {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'exception_type' in parsed && 'exception_message' in parsed) {
      return [`${String(parsed.exception_type)} Error`, String(parsed.exception_message)];
    }
  }
  const [, kind = '', message = text] = /^([A-Za-z ]+ Error): ([\s\S]*)$/.exec(text) ?? [];
  return [kind, message];
}

const INTEGER_TYPES: Readonly<Record<string, string>> = { INT8: 'tinyint', INT16: 'smallint', INT32: 'integer', INT64: 'bigint' };
const OPERATION: Readonly<Record<string, [string, string]>> = {
  addition: ['addition', '+'],
  subtraction: ['subtraction', '-'],
  multiplication: ['multiplication', '*'],
  division: ['division', '/'],
};

/** `Overflow in addition of INT64 (1 + 2)!` as Trino words it: `bigint addition overflow: 1 + 2`. */
function overflowMessage(message: string): string {
  if (message.startsWith('Overflow in HUGEINT addition')) return 'Decimal overflow';
  const match = /^Overflow in (\w+) of (INT\d+) \((-?\d+) . (-?\d+)\)!?/.exec(message);
  if (match === null) return message;
  const [, operation = '', type = '', left, right] = match;
  const [name, sign] = OPERATION[operation] ?? [operation, '?'];
  return `${INTEGER_TYPES[type] ?? type} ${name} overflow: ${left} ${sign} ${right}`;
}

/** `… (1.2 GiB/1.2 GiB used)` → Trino's sentence with the limit. */
function memoryMessage(message: string): string {
  const limit = /\(([\d.]+) ([KMGT]?)i?B?\/([\d.]+) ([KMGT]?i?B|bytes) used\)/.exec(message);
  const size = limit === null ? undefined : `${limit[3]}${(limit[4] ?? '').replace('iB', 'B')}`;
  return size === undefined ? 'Query exceeded per-node memory limit' : `Query exceeded per-node memory limit of ${size}`;
}
