import duckdb from '@duckdb/node-bindings';
import { BOOLEAN, INTEGER, type Type, typeId, VARCHAR } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import type { EngineConnection } from './engineConnection.ts';
import type { ErrorLedger } from './errors.ts';
import type { UdfSpec } from './functions/implementation.ts';
import { logicalType } from './logicalType.ts';
import { type BoundTo, boundTo } from './raisedErrors.ts';
import { valueReader } from './vectorReader.ts';
import { writeValues } from './vectorWriter.ts';

/** The name of the function that raises its argument as an error. */
export const RAISE_FUNCTION = 't_err';

/** The same within TRY: (running, text). */
export const TRIED_RAISE_FUNCTION = 't_tried_err';

/** The name of the function that gives its argument back, or ends a statement that was interrupted: the engine itself does not look amid an expression. */
export const CHECKPOINT_FUNCTION = 't_checkpoint';

/** Functions in TypeScript that SQL calls. What is registered on one connection is seen on all. */
export class UdfRegistry {
  readonly #names = new Map<string, string>();
  readonly #errors: ErrorLedger;
  readonly #functions: RegisteredFunction[] = [];
  /** How many of the functions an engine has, by its system connection. */
  readonly #registered = new WeakMap<EngineConnection, number>();

  constructor(errors: ErrorLedger) {
    this.#errors = errors;
  }

  /** The function's name in SQL; `flush` must run before the SQL does. */
  name(spec: UdfSpec): string {
    return this.#name(spec, false);
  }

  /**
   * The name of the function as it is called within TRY, with one more argument before the others, `FOR_A_ROW`: the optimizer cannot try
   * the call out, and what it raises was raised by a row.
   */
  triedName(spec: UdfSpec): string {
    return this.#name(spec, true);
  }

  #name(spec: UdfSpec, tried: boolean): string {
    const key = `${tried ? 'tried ' : ''}${spec.name}(${spec.parameterTypes.map(typeId).join(',')}) ${typeId(spec.returnType)} ${spec.nulls}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `u${this.#names.size}_${tried ? 'tried_' : ''}${spec.name.replace(/[^A-Za-z0-9_]/g, '_')}`;
      this.#names.set(key, name);
      this.#functions.push({ name, spec, tried });
    }
    return name;
  }

  /** Registers what the engine of this connection does not have yet. */
  flush(connection: EngineConnection): void {
    const from = this.#registered.get(connection) ?? 0;
    this.#registered.set(connection, this.#functions.length);
    for (const added of this.#functions.slice(from)) this.#register(connection, added);
  }

  /** t_err(text): raises it. Not volatile, since TRY refuses volatile functions. */
  registerRaise(connection: EngineConnection): void {
    const raise = (name: string, parameterTypes: readonly Type[], tried: boolean): void =>
      register(connection, { name, parameterTypes, returnType: VARCHAR }, (info, input) => {
        const message = valueReader(duckdb.data_chunk_get_vector(input, parameterTypes.length - 1), VARCHAR, duckdb.data_chunk_get_size(input))(0);
        fail(info, connection, String(message), tried);
      });
    raise(RAISE_FUNCTION, [VARCHAR], false);
    raise(TRIED_RAISE_FUNCTION, [BOOLEAN, VARCHAR], true);
  }

  /** t_checkpoint(integer): the integer, while the statement may go on. */
  registerCheckpoint(connection: EngineConnection): void {
    register(connection, { name: CHECKPOINT_FUNCTION, parameterTypes: [INTEGER], returnType: INTEGER }, (info, input, output) => {
      if (connection.raised.isInterrupted(callerOf(info).connection)) {
        duckdb.scalar_function_set_error(info, 'INTERRUPT Error: Interrupted!');
        return;
      }
      const rowCount = duckdb.data_chunk_get_size(input);
      const read = valueReader(duckdb.data_chunk_get_vector(input, 0), INTEGER, rowCount);
      writeValues(
        output,
        INTEGER,
        Array.from({ length: rowCount }, (_, at) => read(at)),
      );
    });
  }

  #register(connection: EngineConnection, { name, spec, tried }: RegisteredFunction): void {
    const { parameterTypes, returnType, volatile } = spec;
    const signature = {
      name,
      parameterTypes: tried ? [BOOLEAN, ...parameterTypes] : parameterTypes,
      returnType,
      ...(volatile === undefined ? {} : { volatile }),
    };
    register(connection, signature, (info, input, output) => {
      try {
        writeValues(output, returnType, evaluateAll(spec, input, tried ? 1 : 0));
      } catch (error) {
        fail(info, connection, this.#errors.write(error), tried);
      }
    });
  }
}

interface RegisteredFunction {
  readonly name: string;
  readonly spec: UdfSpec;
  readonly tried: boolean;
}

function register(
  connection: EngineConnection,
  signature: Pick<UdfSpec, 'name' | 'parameterTypes' | 'returnType' | 'volatile'>,
  body: duckdb.ScalarFunctionMainFunction,
): void {
  const scalar = duckdb.create_scalar_function();
  duckdb.scalar_function_set_name(scalar, signature.name);
  for (const type of signature.parameterTypes) duckdb.scalar_function_add_parameter(scalar, logicalType(type));
  duckdb.scalar_function_set_return_type(scalar, logicalType(signature.returnType));
  duckdb.scalar_function_set_special_handling(scalar);
  duckdb.scalar_function_set_bind(scalar, rememberCaller);
  if (signature.volatile === true) duckdb.scalar_function_set_volatile(scalar);
  duckdb.scalar_function_set_function(scalar, body);
  duckdb.register_scalar_function(connection.handle, scalar);
}

const callerOf = (info: duckdb.ScalarFunctionInfo): BoundTo => duckdb.scalar_function_get_bind_data(info) as BoundTo;

function rememberCaller(info: duckdb.ScalarFunctionBindInfo): void {
  duckdb.scalar_function_set_bind_data(info, boundTo(duckdb.scalar_function_get_client_context(info)));
}

function fail(info: duckdb.ScalarFunctionInfo, { raised }: EngineConnection, text: string, tried: boolean): void {
  raised.note(callerOf(info).connection, text, { tried });
  duckdb.scalar_function_set_error(info, text);
}

/** `from`: where the function's own arguments begin. */
function evaluateAll(spec: UdfSpec, input: duckdb.DataChunk, from: number): readonly Value[] {
  const rowCount = duckdb.data_chunk_get_size(input);
  const readers = spec.parameterTypes.map((type, i) => valueReader(duckdb.data_chunk_get_vector(input, from + i), type, rowCount));
  const results: Value[] = new Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const values = readers.map((read) => read(row));
    results[row] = spec.nulls === 'propagate' && values.includes(null) ? null : spec.evaluate(...values);
  }
  return results;
}
