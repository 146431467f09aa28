import type { Expression } from '../../spi/expression.ts';
import { type Location, TrinoError, unreachable } from '../../spi/trinoError.ts';
import { BOOLEAN, type Type, typeId } from '../../spi/type.ts';
import { canCoerce, commonSuperType } from '../function/coercion.ts';
import { toType } from '../function/dataType.ts';
import type * as ast from '../sql/ast.ts';
import type { ExpressionAnalyzer } from './expressionAnalyzer.ts';
import { whenClause } from './expressionBuilder.ts';
import { bindValue } from './inlineFunctions.ts';
import { constant } from './literals.ts';
import { type Field, newField, type Scope } from './scope.ts';

/** The statements of a function as one expression: assignments bind names for what follows, branches carry on with what follows. */
export function routineBody(analyzer: ExpressionAnalyzer, body: ast.ControlStatement, returnType: Type): Expression {
  checkEnd(body);
  const routine = new Routine(analyzer, returnType);
  return routine.statement(body, analyzer.scope, () => {
    throw new TrinoError('MISSING_RETURN', body.location, 'Function must end in a RETURN statement');
  });
}

function checkEnd(body: ast.ControlStatement): void {
  const ends = body.kind === 'return' || (body.kind === 'compound' && body.statements[body.statements.length - 1]?.kind === 'return');
  if (!ends) throw new TrinoError('MISSING_RETURN', body.location, 'Function must end in a RETURN statement');
}

/** What comes after a statement, over the variables as they are then. */
type Continuation = (scope: Scope) => Expression;

class Routine {
  readonly #analyzer: ExpressionAnalyzer;
  readonly #returnType: Type;

  constructor(analyzer: ExpressionAnalyzer, returnType: Type) {
    this.#analyzer = analyzer;
    this.#returnType = returnType;
  }

  statement(node: ast.ControlStatement, scope: Scope, next: Continuation): Expression {
    switch (node.kind) {
      case 'return':
        return this.#value(node.value, scope, this.#returnType, 'Value of RETURN');
      case 'assignment':
        return this.#assignment(node, scope, next);
      case 'compound':
        return this.#compound(node, scope, next);
      case 'ifStatement':
        return this.#branches(
          node.branches.map(({ condition, statements }) => ({ when: this.#condition(condition, scope, 'IF statement'), statements })),
          node.otherwise,
          scope,
          next,
        );
      case 'caseStatement':
        return this.#branches(this.#caseBranches(node, scope), node.otherwise, scope, next);
      case 'iterate':
      case 'leave':
      case 'loop':
      case 'while':
      case 'repeat':
        throw new TrinoError('NOT_SUPPORTED', node.location, 'Loops in functions are not supported');
      default:
        return unreachable(node);
    }
  }

  #sequence(nodes: readonly ast.ControlStatement[], scope: Scope, next: Continuation): Expression {
    const [first, ...rest] = nodes;
    return first === undefined ? next(scope) : this.statement(first, scope, (after) => this.#sequence(rest, after, next));
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

  #condition(node: ast.Expression, scope: Scope, statement: string): Expression {
    return this.#value(node, scope, BOOLEAN, `Condition of ${statement}`);
  }

  #assignment({ target, value: node }: Extract<ast.ControlStatement, { kind: 'assignment' }>, scope: Scope, next: Continuation): Expression {
    const name = target.value.toLowerCase();
    const variable = scope.fields.find((field) => field.name === name);
    if (variable === undefined) throw new TrinoError('NOT_FOUND', target.location, `Variable cannot be resolved: ${target.value}`);
    const { type } = variable.symbol;
    const value = this.#value(node, scope, type, `Value of SET '${name}'`);
    const changed = newField(name, this.#analyzer.context.symbols.newSymbol(name, type));
    const body = next({ fields: scope.fields.map((field) => (field === variable ? changed : field)) });
    return bindValue(changed.symbol, value, body);
  }

  #compound(node: Extract<ast.ControlStatement, { kind: 'compound' }>, scope: Scope, next: Continuation): Expression {
    const outerNames = new Set(scope.fields.map(({ name }) => name));
    const declare = (index: number, current: Scope, own: ReadonlySet<string>): Expression => {
      const declaration = node.declarations[index];
      if (declaration === undefined) {
        // variables of the block end with it; assignments to outer ones stay
        return this.#sequence(node.statements, current, (after) => next({ fields: after.fields.filter(({ name }) => outerNames.has(name)) }));
      }
      const type = toType(declaration.type, declaration.location);
      const value = declaration.default === undefined ? constant(type, null) : this.#value(declaration.default, current, type, 'Value of DEFAULT');
      const fields = declaration.names.map((name) => newField(name.value.toLowerCase(), this.#analyzer.context.symbols.newSymbol(name.value, type)));
      const names = checkNames(declaration.names, own, outerNames);
      const body = declare(index + 1, { fields: [...current.fields, ...fields] }, names);
      return fields.reduceRight((inner, { symbol }: Field) => bindValue(symbol, value, inner), body);
    };
    return declare(0, scope, new Set());
  }

  #caseBranches(node: Extract<ast.ControlStatement, { kind: 'caseStatement' }>, scope: Scope): readonly Branch[] {
    const { operand: operandNode } = node;
    if (operandNode === undefined) {
      return node.whenClauses.map(({ condition, statements }) => ({ when: this.#condition(condition, scope, 'CASE WHEN clause'), statements }));
    }
    const operand = this.#analyze(operandNode, scope);
    return node.whenClauses.map(({ condition, statements }) => {
      const value = this.#analyze(condition, scope);
      const common = commonSuperType(operand.type, value.type);
      if (common === undefined) {
        const message = `WHEN clause value must evaluate to CASE value type ${typeId(operand.type)} (actual: ${typeId(value.type)})`;
        throw new TrinoError('TYPE_MISMATCH', condition.location, message);
      }
      const [left, right] = [this.#analyzer.coerce(operand, common), this.#analyzer.coerce(value, common)];
      return { when: { kind: 'comparison', operator: '=', left, right, type: BOOLEAN }, statements };
    });
  }

  #branches(branches: readonly Branch[], otherwise: readonly ast.ControlStatement[] | undefined, scope: Scope, next: Continuation): Expression {
    const whenClauses = branches.map(({ when, statements }) => whenClause(when, this.#sequence(statements, scope, next)));
    return { kind: 'case', whenClauses, otherwise: this.#sequence(otherwise ?? [], scope, next), type: this.#returnType };
  }
}

interface Branch {
  readonly when: Expression;
  readonly statements: readonly ast.ControlStatement[];
}

function checkNames(names: readonly ast.Identifier[], own: ReadonlySet<string>, outer: ReadonlySet<string | undefined>): ReadonlySet<string> {
  const known = new Set(own);
  for (const { value, location } of names) {
    const name = value.toLowerCase();
    if (known.has(name) || outer.has(name)) throw new TrinoError('ALREADY_EXISTS', location, `Variable already declared in this scope: ${name}`);
    known.add(name);
  }
  return known;
}

function refuseQueries(node: unknown): void {
  if (Array.isArray(node)) for (const item of node) refuseQueries(item);
  else if (typeof node === 'object' && node !== null && !(node instanceof Uint8Array)) {
    if (isSubquery(node)) throw new TrinoError('NOT_SUPPORTED', node.location, 'Queries are not allowed in functions');
    for (const child of Object.values(node)) if (typeof child === 'object') refuseQueries(child);
  }
}

const isSubquery = (node: object): node is { readonly location: Location } => 'kind' in node && node.kind === 'subquery';
