import type { Expression } from '../../spi/expression.ts';
import { visitReferences } from '../plan/expressionVisitor.ts';
import type { Assignment, Ordering, PlanNode, SetExpression, Symbol } from '../plan/plan.ts';
import { outputSymbols } from '../plan/planNodes.ts';
import type { AnalysisContext } from './analysisContext.ts';
import type { Collector, SetTest, SortExpression, SubqueryUse } from './aggregation/collector.ts';
import { reference } from './expression/expressionBuilder.ts';

const identity = (expression: Expression): Expression => expression;

/** Puts nodes upon a plan, and with each expression the subqueries that it refers to. */
export class PlanBuilder {
  readonly context: AnalysisContext;
  readonly #collector: Collector;
  #node: PlanNode;
  #attached = new Set<string>();
  /** What grouping makes of an expression over the rows before it. */
  #translate: (expression: Expression) => Expression = identity;

  constructor(context: AnalysisContext, collector: Collector, node: PlanNode) {
    this.context = context;
    this.#collector = collector;
    this.#node = node;
  }

  get node(): PlanNode {
    return this.#node;
  }

  get outputs(): readonly Symbol[] {
    return outputSymbols(this.#node);
  }

  push(create: (source: PlanNode, id: string) => PlanNode): this {
    this.#node = create(this.#node, this.context.nextId());
    return this;
  }

  /** From here on expressions mean the rows after grouping; subqueries attached before are gone. */
  translateWith(translate: (expression: Expression) => Expression): void {
    this.#translate = translate;
    this.#attached = new Set();
  }

  /** The expression over the present rows, its subqueries attached. */
  translate(expression: Expression): Expression {
    const translated = this.#translate(expression);
    this.attachSubqueries([translated]);
    return translated;
  }

  attachSubqueries(expressions: readonly Expression[]): void {
    const { subqueries } = this.#collector;
    if (subqueries.size === 0) return;
    const available = new Set(this.outputs.map(({ name }) => name));
    for (const expression of expressions) {
      visitReferences(expression, ({ name }) => {
        const use = subqueries.get(name);
        if (use === undefined || this.#attached.has(name) || available.has(name)) return;
        this.#attached.add(name);
        this.#attach(use);
      });
    }
  }

  #attach(use: SubqueryUse): void {
    const test = use.test === undefined ? undefined : this.#setExpression(use.test);
    const own = new Set(this.outputs.map(({ name }) => name));
    const correlation = use.correlations.map(({ symbol }) => symbol).filter(({ name }) => own.has(name));
    const { symbol, plan: subquery } = use;
    this.push((source, id) =>
      test === undefined
        ? { kind: 'correlatedJoin', id, source, subquery, correlation, type: 'LEFT' }
        : { kind: 'apply', id, source, subquery, correlation, assignments: [{ symbol, expression: test }] },
    );
  }

  #setExpression(test: SetTest): SetExpression {
    return test.kind === 'exists' ? test : { ...test, value: this.symbolFor(test.value) };
  }

  filter(predicate: Expression): this {
    const translated = this.translate(predicate);
    return this.push((source, id) => ({ kind: 'filter', id, source, predicate: translated }));
  }

  /** Exactly these columns. */
  project(assignments: readonly Assignment[]): this {
    const same =
      assignments.length === this.outputs.length &&
      assignments.every(({ symbol, expression }, i) => isReferenceTo(expression, symbol) && this.outputs[i]?.name === symbol.name);
    return same ? this : this.push((source, id) => ({ kind: 'project', id, source, assignments }));
  }

  /** The present columns and these. */
  append(assignments: readonly Assignment[]): this {
    if (assignments.length === 0) return this;
    return this.project([...this.outputs.map(identityAssignment), ...assignments]);
  }

  symbolFor(expression: Expression): Symbol {
    const [symbol] = this.symbolsFor([expression]);
    if (symbol === undefined) throw new Error('one symbol for each expression');
    return symbol;
  }

  /** Columns that hold the values of the expressions; references to present columns keep theirs. */
  symbolsFor(expressions: readonly Expression[]): readonly Symbol[] {
    const translated = expressions.map((expression) => this.translate(expression));
    const assignments: Assignment[] = [];
    const available = new Set(this.outputs.map(({ name }) => name));
    const symbols = translated.map((expression): Symbol => {
      if (expression.kind === 'reference' && available.has(expression.name)) return { name: expression.name, type: expression.type };
      const known = assignments.find((assignment) => assignment.expression === expression);
      if (known !== undefined) return known.symbol;
      const symbol = this.context.symbols.newSymbol(hint(expression), expression.type);
      assignments.push({ symbol, expression });
      return symbol;
    });
    this.append(assignments);
    return symbols;
  }

  orderings(items: readonly SortExpression[]): readonly Ordering[] {
    const symbols = this.symbolsFor(items.map(({ expression }) => expression));
    const orderings = new Map<string, Ordering>();
    for (const [i, { ascending, nullsFirst }] of items.entries()) {
      const symbol = symbols[i];
      // a key once sorted by orders nothing more
      if (symbol !== undefined && !orderings.has(symbol.name)) orderings.set(symbol.name, { symbol, ascending, nullsFirst });
    }
    return [...orderings.values()];
  }
}

export const identityAssignment = (symbol: Symbol): Assignment => ({ symbol, expression: reference(symbol) });

function isReferenceTo(expression: Expression, symbol: Symbol): boolean {
  return expression.kind === 'reference' && expression.name === symbol.name;
}

export function hint(expression: Expression): string {
  if (expression.kind === 'call' && !expression.function.name.startsWith('$')) return expression.function.name;
  return expression.kind === 'reference' ? expression.name : 'expr';
}
