import type { Expression } from '../../../spi/expression.ts';
import { type Location, TrinoError, unreachable } from '../../../spi/trinoError.ts';
import { BOOLEAN, type Type, typeId } from '../../../spi/type.ts';
import { canCoerce, commonSuperType } from '../../function/coercion.ts';
import { toType } from '../../function/dataType.ts';
import type { Symbol } from '../../plan/plan.ts';
import type * as ast from '../../sql/ast.ts';
import type { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { constant } from '../expression/literals.ts';
import { type Field, newField, type Scope } from '../scope.ts';

/** A function's statements after analysis: expressions over symbols, each variable a symbol of its own. */
export type RoutineStatement =
  | { readonly kind: 'return'; readonly value: Expression }
  | { readonly kind: 'assign'; readonly variable: Symbol; readonly value: Expression }
  | { readonly kind: 'block'; readonly statements: readonly RoutineStatement[] }
  | { readonly kind: 'if'; readonly branches: readonly RoutineBranch[]; readonly otherwise: readonly RoutineStatement[] }
  | RoutineLoop
  | { readonly kind: 'leave' | 'iterate'; readonly loop: number };

export interface RoutineBranch {
  readonly when: Expression;
  readonly statements: readonly RoutineStatement[];
}

/** WHILE has a condition before the statements, REPEAT one after them, LOOP none. */
export interface RoutineLoop {
  readonly kind: 'loop';
  /** By which LEAVE and ITERATE name it. */
  readonly id: number;
  readonly condition?: Expression;
  readonly until?: Expression;
  readonly statements: readonly RoutineStatement[];
}

type Labels = ReadonlyMap<string, number>;

interface Surroundings {
  readonly scope: Scope;
  readonly labels: Labels;
}

/** `analyzer`: its scope has the function's parameters. */
export function routineStatements(analyzer: ExpressionAnalyzer, body: ast.ControlStatement, returnType: Type): RoutineStatement {
  const ends = body.kind === 'return' || (body.kind === 'compound' && body.statements[body.statements.length - 1]?.kind === 'return');
  if (!ends) throw new TrinoError('MISSING_RETURN', body.location, 'Function must end in a RETURN statement');
  return new RoutineAnalyzer(analyzer, returnType).statement(body, { scope: analyzer.scope, labels: new Map() });
}

class RoutineAnalyzer {
  readonly #analyzer: ExpressionAnalyzer;
  readonly #returnType: Type;
  #loops = 0;

  constructor(analyzer: ExpressionAnalyzer, returnType: Type) {
    this.#analyzer = analyzer;
    this.#returnType = returnType;
  }

  statement(node: ast.ControlStatement, around: Surroundings): RoutineStatement {
    switch (node.kind) {
      case 'return':
        return { kind: 'return', value: this.#value(node.value, around.scope, this.#returnType, 'Value of RETURN') };
      case 'assignment':
        return this.#assignment(node, around.scope);
      case 'compound':
        return this.#compound(node, around);
      case 'ifStatement': {
        const branches = node.branches.map(({ condition, statements }) => ({
          when: this.#condition(condition, around.scope, 'IF statement'),
          statements: this.#statements(statements, around),
        }));
        return { kind: 'if', branches, otherwise: this.#statements(node.otherwise ?? [], around) };
      }
      case 'caseStatement':
        return { kind: 'if', branches: this.#caseBranches(node, around), otherwise: this.#statements(node.otherwise ?? [], around) };
      case 'loop':
      case 'while':
      case 'repeat':
        return this.#loop(node, around);
      case 'leave':
      case 'iterate': {
        const loop = around.labels.get(node.label.value.toLowerCase());
        if (loop === undefined) throw new TrinoError('NOT_FOUND', node.label.location, `Label not defined: ${node.label.value}`);
        return { kind: node.kind, loop };
      }
      default:
        return unreachable(node);
    }
  }

  #statements(nodes: readonly ast.ControlStatement[], around: Surroundings): readonly RoutineStatement[] {
    return nodes.map((node) => this.statement(node, around));
  }

  #loop(node: Extract<ast.ControlStatement, { kind: 'loop' | 'while' | 'repeat' }>, around: Surroundings): RoutineLoop {
    const id = this.#loops++;
    const condition = node.kind === 'while' ? this.#condition(node.condition, around.scope, 'WHILE statement') : undefined;
    const statements = this.#statements(node.statements, { scope: around.scope, labels: withLabel(around.labels, node.label, id) });
    const until = node.kind === 'repeat' ? this.#condition(node.until, around.scope, 'REPEAT statement') : undefined;
    return { kind: 'loop', id, statements, ...(condition && { condition }), ...(until && { until }) };
  }

  #assignment({ target, value }: Extract<ast.ControlStatement, { kind: 'assignment' }>, scope: Scope): RoutineStatement {
    const name = target.value.toLowerCase();
    const variable = scope.fields.find((field) => field.name === name)?.symbol;
    if (variable === undefined) throw new TrinoError('NOT_FOUND', target.location, `Variable cannot be resolved: ${target.value}`);
    return { kind: 'assign', variable, value: this.#value(value, scope, variable.type, `Value of SET '${name}'`) };
  }

  #compound(node: Extract<ast.ControlStatement, { kind: 'compound' }>, around: Surroundings): RoutineStatement {
    const outer = new Set(around.scope.fields.map(({ name }) => name));
    const own: Field[] = [];
    const assignments: RoutineStatement[] = [];
    for (const declaration of node.declarations) {
      const type = toType(declaration.type, declaration.location);
      const scope = { fields: [...around.scope.fields, ...own] };
      const value = declaration.default === undefined ? constant(type, null) : this.#value(declaration.default, scope, type, 'Value of DEFAULT');
      for (const { value: written, location } of declaration.names) {
        const name = written.toLowerCase();
        if (outer.has(name) || own.some((field) => field.name === name)) {
          throw new TrinoError('ALREADY_EXISTS', location, `Variable already declared in this scope: ${name}`);
        }
        const field = newField(name, this.#analyzer.context.symbols.newSymbol(name, type));
        own.push(field);
        assignments.push({ kind: 'assign', variable: field.symbol, value });
      }
    }
    const scope = { fields: [...around.scope.fields, ...own] };
    return { kind: 'block', statements: [...assignments, ...this.#statements(node.statements, { ...around, scope })] };
  }

  #caseBranches(node: Extract<ast.ControlStatement, { kind: 'caseStatement' }>, around: Surroundings): readonly RoutineBranch[] {
    const { scope } = around;
    const operand = node.operand === undefined ? undefined : this.#analyze(node.operand, scope);
    return node.whenClauses.map(({ condition, statements }) => ({
      when: operand === undefined ? this.#condition(condition, scope, 'CASE WHEN clause') : this.#equals(operand, condition, scope),
      statements: this.#statements(statements, around),
    }));
  }

  #equals(operand: Expression, condition: ast.Expression, scope: Scope): Expression {
    const value = this.#analyze(condition, scope);
    const common = commonSuperType(operand.type, value.type);
    if (common === undefined) {
      const message = `WHEN clause value must evaluate to CASE value type ${typeId(operand.type)} (actual: ${typeId(value.type)})`;
      throw new TrinoError('TYPE_MISMATCH', condition.location, message);
    }
    const [left, right] = [this.#analyzer.coerce(operand, common), this.#analyzer.coerce(value, common)];
    return { kind: 'comparison', operator: '=', left, right, type: BOOLEAN };
  }

  #condition(node: ast.Expression, scope: Scope, statement: string): Expression {
    return this.#value(node, scope, BOOLEAN, `Condition of ${statement}`);
  }

  #value(node: ast.Expression, scope: Scope, type: Type, what: string): Expression {
    const value = this.#analyze(node, scope);
    if (!canCoerce(value.type, type)) {
      throw new TrinoError('TYPE_MISMATCH', node.location, `${what} must evaluate to ${typeId(type)} (actual: ${typeId(value.type)})`);
    }
    return this.#analyzer.coerce(value, type);
  }

  #analyze(node: ast.Expression, scope: Scope): Expression {
    refuseQueries(node);
    return this.#analyzer.with({ scope }).analyze(node);
  }
}

function withLabel(labels: Labels, label: ast.Identifier | undefined, loop: number): Labels {
  if (label === undefined) return labels;
  const name = label.value.toLowerCase();
  if (labels.has(name)) throw new TrinoError('ALREADY_EXISTS', label.location, `Label already declared in this scope: ${name}`);
  return new Map([...labels, [name, loop]]);
}

function refuseQueries(node: unknown): void {
  if (Array.isArray(node)) for (const item of node) refuseQueries(item);
  else if (typeof node === 'object' && node !== null && !(node instanceof Uint8Array)) {
    if (isSubquery(node)) throw new TrinoError('NOT_SUPPORTED', node.location, 'Queries are not allowed in functions');
    for (const child of Object.values(node)) if (typeof child === 'object') refuseQueries(child);
  }
}

const isSubquery = (node: object): node is { readonly location: Location } => 'kind' in node && node.kind === 'subquery';
