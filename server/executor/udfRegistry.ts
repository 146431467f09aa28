import duckdb from '@duckdb/node-bindings';
import { INTEGER, typeId } from '../../spi/type.ts';
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

/** The name of the function that gives its argument back, or ends a statement that was interrupted: the engine itself does not look amid an expression. */
export const CHECKPOINT_FUNCTION = 't_checkpoint';

/** Functions in TypeScript that SQL calls. What is registered on one connection is seen on all. */
export class UdfRegistry {
  readonly #names = new Map<string, string>();
  readonly #errors: ErrorLedger;
  readonly #specs: UdfSpec[] = [];
  /** How many of the functions an engine has, by its system connection. */
  readonly #registered = new WeakMap<EngineConnection, number>();

  constructor(errors: ErrorLedger) {
    this.#errors = errors;
  }

  /** The function's name in SQL; `flush` must run before the SQL does. */
  name(spec: UdfSpec): string {
    const key = `${spec.name}(${spec.parameterTypes.map(typeId).join(',')}) ${typeId(spec.returnType)} ${spec.nulls}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `u${this.#names.size}_${spec.name.replace(/[^A-Za-z0-9_]/g, '_')}`;
      this.#names.set(key, name);
      this.#specs.push(spec);
    }
    return name;
  }

  /** Registers what the engine of this connection does not have yet. */
  flush(connection: EngineConnection): void {
    const from = this.#registered.get(connection) ?? 0;
    this.#registered.set(connection, this.#specs.length);
    for (const spec of this.#specs.slice(from)) this.#register(connection, this.name(spec), spec);
  }

  /** t_err(text): raises it. Not volatile, since TRY refuses volatile functions. */
  registerRaise(connection: EngineConnection): void {
    registerUnary(connection, RAISE_FUNCTION, duckdb.create_logical_type(duckdb.Type.VARCHAR), (info, input) => {
      const message = valueReader(duckdb.data_chunk_get_vector(input, 0), { kind: 'varchar' }, duckdb.data_chunk_get_size(input))(0);
      fail(info, connection, String(message));
    });
  }

  /** t_checkpoint(integer): the integer, while the statement may go on. */
  registerCheckpoint(connection: EngineConnection): void {
    registerUnary(connection, CHECKPOINT_FUNCTION, duckdb.create_logical_type(duckdb.Type.INTEGER), (info, input, output) => {
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

  #register(connection: EngineConnection, name: string, spec: UdfSpec): void {
    const scalar = duckdb.create_scalar_function();
    duckdb.scalar_function_set_name(scalar, name);
    for (const type of spec.parameterTypes) duckdb.scalar_function_add_parameter(scalar, logicalType(type));
    duckdb.scalar_function_set_return_type(scalar, logicalType(spec.returnType));
    duckdb.scalar_function_set_special_handling(scalar);
    duckdb.scalar_function_set_bind(scalar, rememberCaller);
    if (spec.volatile === true) duckdb.scalar_function_set_volatile(scalar);
    duckdb.scalar_function_set_function(scalar, (info, input, output) => {
      try {
        writeValues(output, spec.returnType, evaluateAll(spec, input));
      } catch (error) {
        fail(info, connection, this.#errors.write(error));
      }
    });
    duckdb.register_scalar_function(connection.handle, scalar);
  }
}

/** A function of the engine's own, from a type to the same type. */
function registerUnary(connection: EngineConnection, name: string, type: duckdb.LogicalType, body: duckdb.ScalarFunctionMainFunction): void {
  const scalar = duckdb.create_scalar_function();
  duckdb.scalar_function_set_name(scalar, name);
  duckdb.scalar_function_add_parameter(scalar, type);
  duckdb.scalar_function_set_return_type(scalar, type);
  duckdb.scalar_function_set_special_handling(scalar);
  duckdb.scalar_function_set_bind(scalar, rememberCaller);
  duckdb.scalar_function_set_function(scalar, body);
  duckdb.register_scalar_function(connection.handle, scalar);
}

const callerOf = (info: duckdb.ScalarFunctionInfo): BoundTo => duckdb.scalar_function_get_bind_data(info) as BoundTo;

function rememberCaller(info: duckdb.ScalarFunctionBindInfo): void {
  duckdb.scalar_function_set_bind_data(info, boundTo(duckdb.scalar_function_get_client_context(info)));
}

function fail(info: duckdb.ScalarFunctionInfo, { raised }: EngineConnection, text: string): void {
  raised.note(callerOf(info).connection, text);
  duckdb.scalar_function_set_error(info, text);
}

function evaluateAll(spec: UdfSpec, input: duckdb.DataChunk): readonly Value[] {
  const rowCount = duckdb.data_chunk_get_size(input);
  const readers = spec.parameterTypes.map((type, i) => valueReader(duckdb.data_chunk_get_vector(input, i), type, rowCount));
  const results: Value[] = new Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const values = readers.map((read) => read(row));
    results[row] = spec.nulls === 'propagate' && values.includes(null) ? null : spec.evaluate(...values);
  }
  return results;
}
