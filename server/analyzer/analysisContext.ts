import type { Expression } from '../../spi/expression.ts';
import type { Session } from '../../spi/session.ts';
import type { TrinoError } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import type { FunctionResolver } from '../function/resolution.ts';
import type { Metadata, QualifiedObjectName } from '../metadata/metadata.ts';
import type { PlanWarning } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import type { InlineFunctions } from './routine/inlineFunctions.ts';
import { SymbolAllocator } from './symbolAllocator.ts';

export interface AnalyzeOptions {
  readonly session: Session;
  readonly metadata: Metadata;
  readonly functions: FunctionResolver;
  /** What EXECUTE … USING gives for each `?`. */
  readonly parameters?: readonly ast.Expression[];
  /** DESCRIBE INPUT and OUTPUT: `?` may stand without a value. */
  readonly describe?: boolean;
}

/** A table that the statement reads, with its columns in order of first use. */
export interface TableInput {
  readonly name: QualifiedObjectName;
  readonly columns: Map<string, Type>;
}

/** What a statement writes. */
export interface OutputTarget {
  readonly name: QualifiedObjectName;
  readonly columns: readonly { readonly name: string; readonly type: Type }[];
}

/** What the whole statement shares. */
export class AnalysisContext {
  readonly options: AnalyzeOptions;
  readonly symbols: SymbolAllocator;
  readonly inputs: Map<string, TableInput>;
  readonly warnings: PlanWarning[];
  readonly parameterTypes: Type[];
  /** Nulls that stand for a `?` without a value. */
  readonly parameterOf: WeakMap<Expression, number>;
  /** The views whose text is being analyzed, outermost first. */
  readonly viewStack: readonly string[];
  /** The stored functions whose body is being analyzed, outermost first. */
  readonly functionStack: readonly string[];
  /** Those of WITH FUNCTION. */
  readonly inlineFunctions: InlineFunctions;
  output: OutputTarget | undefined;
  /** The view that the statement makes: it must not read itself. */
  createdView: string | undefined;
  readonly #ids: { next: number };
  readonly #deferred: { readonly errors: TrinoError[] };

  constructor(
    options: AnalyzeOptions,
    outer?: AnalysisContext,
    inner: { readonly view?: string; readonly function?: string; readonly inlineFunctions?: InlineFunctions } = {},
  ) {
    this.options = options;
    this.symbols = outer?.symbols ?? new SymbolAllocator();
    this.inputs = outer?.inputs ?? new Map();
    this.warnings = outer?.warnings ?? [];
    this.parameterTypes = outer?.parameterTypes ?? [];
    this.parameterOf = outer?.parameterOf ?? new WeakMap();
    this.viewStack = [...(outer?.viewStack ?? []), ...(inner.view === undefined ? [] : [inner.view])];
    this.functionStack = [...(outer?.functionStack ?? []), ...(inner.function === undefined ? [] : [inner.function])];
    this.inlineFunctions = inner.inlineFunctions ?? new Map();
    this.createdView = outer?.createdView;
    this.#ids = outer === undefined ? { next: 0 } : outer.#ids;
    this.#deferred = outer === undefined ? { errors: [] } : outer.#deferred;
  }

  /** The same statement, but names are those of the view. */
  forView(view: string, session: Session): AnalysisContext {
    return new AnalysisContext({ ...this.options, session }, this, { view });
  }

  /** For the body of a stored function: its names are those of its own path. */
  forFunction(name: string, session: Session): AnalysisContext {
    return new AnalysisContext({ ...this.options, session }, this, { function: name });
  }

  withInlineFunctions(inlineFunctions: InlineFunctions): AnalysisContext {
    return new AnalysisContext(this.options, this, { inlineFunctions });
  }

  nextId(): string {
    const id = String(this.#ids.next);
    this.#ids.next++;
    return id;
  }

  recordInput(name: QualifiedObjectName): TableInput {
    const key = `${name.catalog}.${name.schema}.${name.object}`;
    let input = this.inputs.get(key);
    if (input === undefined) {
      input = { name, columns: new Map() };
      this.inputs.set(key, input);
    }
    return input;
  }

  reportLater(error: TrinoError): void {
    this.#deferred.errors.push(error);
  }

  /** What Trino finds only when it plans. */
  get deferredError(): TrinoError | undefined {
    return this.#deferred.errors[0];
  }

  warn(name: string, code: number, message: string): void {
    this.warnings.push({ name, code, message });
  }
}
