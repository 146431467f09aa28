import { TrinoError, unreachable } from '../../../../spi/trinoError.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import type { CastSession } from '../../../function/castValue.ts';
import type { JsonTablePlan, JsonTableSpecification } from '../../../plan/jsonSpecification.ts';
import { evaluateJsonPath, type PathVariables } from './jsonPathEvaluator.ts';
import type { PathItem } from './jsonPathItem.ts';
import { failing, queryOf, SqlJsonFailure, valueOf } from './sqlJson.ts';
import { readInput, readVariables } from './sqlJsonInput.ts';
import { jsonPathOf } from './sqlJsonSpecification.ts';

export interface JsonTableTypes {
  readonly input: Type;
  readonly passing: readonly Type[];
  readonly columns: readonly Type[];
  readonly session: CastSession;
}

export interface JsonTableValues {
  readonly input: Value;
  readonly passing: readonly Value[];
  readonly defaults: readonly Value[];
}

/** Only the path of the table sees what is passed. */
const NO_VARIABLES: PathVariables = new Map();

/** Values by the number of their column. */
type Row = ReadonlyMap<number, Value>;

export function jsonTableRows(specification: JsonTableSpecification, values: JsonTableValues, types: JsonTableTypes): readonly (readonly Value[])[] {
  return new JsonTableReader(specification, values, types).rows();
}

class JsonTableReader {
  readonly #specification: JsonTableSpecification;
  readonly #values: JsonTableValues;
  readonly #types: JsonTableTypes;

  constructor(specification: JsonTableSpecification, values: JsonTableValues, types: JsonTableTypes) {
    this.#specification = specification;
    this.#values = values;
    this.#types = types;
  }

  rows(): readonly (readonly Value[])[] {
    const { input, passing } = this.#values;
    const { inputFormat, plan, columns } = this.#specification;
    if (input === null) return [];
    return this.#orNone(() => {
      const [item, variables] = failing(() => [
        readInput(input, this.#types.input, inputFormat),
        readVariables(this.#specification.passing, passing, this.#types.passing),
      ]);
      return this.#planRows(plan, item, variables).map((row) => columns.map((_, at) => row.get(at) ?? null));
    });
  }

  /** What EMPTY ON ERROR makes of a failure: no rows. */
  #orNone<T>(rows: () => readonly T[]): readonly T[] {
    try {
      return rows();
    } catch (error) {
      if (!(error instanceof SqlJsonFailure)) throw error;
      if (this.#specification.errorBehavior === 'EMPTY') return [];
      throw new TrinoError(error.errorName, undefined, error.message);
    }
  }

  #planRows(plan: JsonTablePlan, context: PathItem | undefined, variables: PathVariables): readonly Row[] {
    if (plan.kind === 'siblings') return this.#siblings(plan, context, variables);
    const items = this.#orNone(() => failing(() => evaluateJsonPath(jsonPathOf(plan.path), context, variables)));
    return items.flatMap((item, at) => {
      const own = new Map(plan.columns.map((column) => [column, this.#column(column, item, at)] as const));
      if (plan.kind === 'leaf') return [own];
      const inner = this.#planRows(plan.child, item, NO_VARIABLES);
      if (inner.length === 0) return plan.type === 'OUTER' ? [own] : [];
      return inner.map((row) => new Map([...own, ...row]));
    });
  }

  #siblings(plan: JsonTablePlan & { readonly kind: 'siblings' }, context: PathItem | undefined, variables: PathVariables): readonly Row[] {
    const parts = plan.siblings.map((sibling) => this.#planRows(sibling, context, variables));
    if (plan.type === 'UNION') return parts.flat();
    return parts.reduce<readonly Row[]>((rows, part) => rows.flatMap((row) => part.map((other) => new Map([...row, ...other]))), [new Map()]);
  }

  #column(at: number, item: PathItem, ordinal: number): Value {
    const column = this.#specification.columns[at];
    const returnType = this.#types.columns[at];
    if (column === undefined || returnType === undefined) throw new Error('a column of JSON_TABLE was due');
    if (column.kind === 'ordinality') return BigInt(ordinal + 1);
    const search = () => failing(() => evaluateJsonPath(jsonPathOf(column.path), item, NO_VARIABLES));
    switch (column.kind) {
      case 'value':
        return valueOf(search, column, [this.#default(column.emptyDefault), this.#default(column.errorDefault)], { returnType, session: this.#types.session });
      case 'query':
        return queryOf(search, column, returnType);
      default:
        return unreachable(column);
    }
  }

  #default(at: number | undefined): Value {
    return at === undefined ? null : (this.#values.defaults[at] ?? null);
  }
}
