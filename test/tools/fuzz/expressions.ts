import { canCast } from '../../../server/function/cast.ts';
import { functionResolver } from '../../../server/function/resolver.ts';
import { parseSignature, type Signature, type TypePattern } from '../../../server/function/signature.ts';
import { scalarSignatures } from '../../../server/function/signatures.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { array, BOOLEAN, map, row, type Type, typeEquals, typeId, VARCHAR } from '../../../spi/type.ts';
import type { Column } from './columns.ts';
import { FORMS } from './forms.ts';
import { literal } from './literals.ts';
import type { Random } from './random.ts';
import { ARGUMENTS, isWordName, LEFT_OUT, word } from './vocabulary.ts';

/** A text with the expressions inside of it, so that a difference can be followed to the innermost of them. */
export interface Expression {
  readonly type: Type;
  readonly parts: readonly (string | Expression)[];
  /** Reads the parameter of a lambda around it: it means nothing alone. */
  readonly bound?: boolean;
}

interface Arguments {
  readonly operands: readonly (readonly (string | Expression)[])[];
  readonly types: readonly Type[];
  readonly lambda: boolean;
  readonly result: Type;
}

export const textOf = (expression: Expression): string => expression.parts.map((part) => (typeof part === 'string' ? part : textOf(part))).join('');

const HERE = { line: 1, column: 1 };
const SIGNATURES = scalarSignatures
  .map((line) => parseSignature(line, 'scalar', new Set()))
  .filter((signature) => !LEFT_OUT.test(signature.name) && ![...signature.arguments, signature.result].some((pattern) => pattern.kind === 'refused'));
/** By name, so that a name of one signature is as likely as one of many. */
const OVERLOADS = [...Map.groupBy(SIGNATURES, ({ name }) => name).values()];
/** Whose counts must be small: a server may run out of memory over others. */
const COSTLY = /^(sequence|repeat|lpad|rpad|ngrams|combinations|numeric_histogram)$/;
const COMPARISONS = ['=', '<>', '<', '<=', '>', '>=', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'];
const ORDERABLE = /^(?!json|map|HyperLogLog|tdigest|array\(json)/;

export class ExpressionGenerator {
  readonly #random: Random;
  readonly #columns: readonly Column[];
  #lambdas = 0;

  constructor(random: Random, columns: readonly Column[]) {
    this.#random = random;
    this.#columns = columns;
  }

  next(): Expression {
    const depth = 1 + this.#random.below(3);
    const kind = this.#random.below(100);
    if (kind < 26) return this.#form(depth, []) ?? this.next();
    if (kind < 74) return this.#call(this.#random.pick(this.#random.pick(OVERLOADS)), depth, []) ?? this.next();
    if (kind < 84) return this.#arithmetic(depth, []) ?? this.next();
    if (kind < 90) return this.#cast(this.#anyType(), depth, []);
    return this.of(this.#anyType(), depth, []);
  }

  of(type: Type, depth: number, scope: readonly Column[]): Expression {
    if (depth <= 0 || this.#random.chance(45)) return this.#leaf(type, scope);
    const choice = this.#random.below(12);
    if (choice < 2) return this.#cast(type, depth, scope);
    if (choice < 5) return this.#conditional(type, depth, scope);
    if (type.kind === 'boolean' && choice < 9) return this.#predicate(depth, scope);
    const producers = SIGNATURES.filter(({ result }) =>
      result.kind === 'concrete' ? typeEquals(result.type, type) : result.kind === 'parametric' && result.base === type.kind,
    );
    const call = producers.length === 0 ? undefined : this.#call(this.#random.pick(producers), depth - 1, scope);
    return call ?? this.#leaf(type, scope);
  }

  /** A value for each argument of a signature, and the type of the result. */
  operands(signature: Signature, depth: number): { readonly parts: readonly (string | Expression)[]; readonly types: readonly Type[] } | undefined {
    const call = this.#arguments(signature, depth, []);
    return call === undefined ? undefined : { parts: call.operands.flat(), types: call.types };
  }

  #anyType(): Type {
    return this.#random.pick(this.#columns).type;
  }

  #leaf(type: Type, scope: readonly Column[]): Expression {
    const variables = scope.filter((variable) => typeEquals(variable.type, type));
    if (variables.length > 0 && this.#random.chance(70)) return { type, parts: [this.#random.pick(variables).name], bound: true };
    const columns = this.#columns.filter((column) => typeEquals(column.type, type));
    if (columns.length > 0 && this.#random.chance(65)) return { type, parts: [this.#random.pick(columns).name] };
    return { type, parts: [this.#random.chance(6) ? `CAST(NULL AS ${typeId(type)})` : literal(this.#random, type)] };
  }

  #cast(type: Type, depth: number, scope: readonly Column[]): Expression {
    const cast = this.#random.chance(50) ? 'TRY_CAST' : 'CAST';
    const sources = this.#columns.filter((column) => quietly(() => canCast(column.type, type)) === true);
    const source = sources.length > 0 && this.#random.chance(95) ? this.#random.pick(sources).type : this.#anyType();
    return { type, parts: [`${cast}(`, this.of(source, depth - 1, scope), ` AS ${typeId(type)})`] };
  }

  #conditional(type: Type, depth: number, scope: readonly Column[]): Expression {
    const [a, b] = [this.of(type, depth - 1, scope), this.of(type, depth - 1, scope)];
    switch (this.#random.below(5)) {
      case 0:
        return { type, parts: ['IF(', this.#predicate(depth - 1, scope), ', ', a, ', ', b, ')'] };
      case 1:
        return { type, parts: ['CASE WHEN ', this.#predicate(depth - 1, scope), ' THEN ', a, ' ELSE ', b, ' END'] };
      case 2:
        return { type, parts: ['COALESCE(', a, ', ', b, ')'] };
      case 3:
        return { type, parts: ['NULLIF(', a, ', ', b, ')'] };
      default:
        return { type, parts: ['TRY(', a, ')'] };
    }
  }

  #predicate(depth: number, scope: readonly Column[]): Expression {
    const type = this.#anyType();
    const item = (of: Type = type): Expression => this.of(of, depth - 1, scope);
    switch (this.#random.below(8)) {
      case 0:
        return { type: BOOLEAN, parts: ['(', item(BOOLEAN), this.#random.pick([' AND ', ' OR ']), item(BOOLEAN), ')'] };
      case 1:
        return { type: BOOLEAN, parts: ['(NOT ', item(BOOLEAN), ')'] };
      case 2:
        return { type: BOOLEAN, parts: ['(', item(), this.#random.pick([' IS NULL)', ' IS NOT NULL)'])] };
      case 3:
        return { type: BOOLEAN, parts: ['(', item(), this.#random.pick([' IN (', ' NOT IN (']), item(), ', ', item(), '))'] };
      case 4:
        return { type: BOOLEAN, parts: ['(', item(), ' BETWEEN ', item(), ' AND ', item(), ')'] };
      case 5:
        return { type: BOOLEAN, parts: ['(', item(VARCHAR), ` LIKE ${this.#random.pick(["'a%'", "'_'", "'%b%'", "''", "'%'", "'x\\%%' ESCAPE '\\'"])})`] };
      default:
        return { type: BOOLEAN, parts: ['(', item(), ` ${this.#random.pick(COMPARISONS)} `, item(), ')'] };
    }
  }

  #arithmetic(depth: number, scope: readonly Column[]): Expression | undefined {
    const operator = this.#random.pick(['+', '-', '*', '/', '%']);
    const name = { '+': '$add', '-': '$subtract', '*': '$multiply', '/': '$divide', '%': '$modulus' }[operator] ?? '';
    for (let attempt = 0; attempt < 30; attempt++) {
      const [a, b] = [this.#anyType(), this.#anyType()];
      const found = quietly(() => functionResolver.resolveOperator(name, [a, b]));
      if (found !== undefined)
        return { type: found.returnType, parts: ['(', this.of(a, depth - 1, scope), ` ${operator} `, this.of(b, depth - 1, scope), ')'] };
    }
    return undefined;
  }

  #call(signature: Signature, depth: number, scope: readonly Column[]): Expression | undefined {
    const call = this.#arguments(signature, depth, scope);
    if (call === undefined) return undefined;
    const parts = call.operands.flatMap((operand, at) => (at === 0 ? operand : [', ', ...operand]));
    const found = call.lambda ? undefined : quietly(() => functionResolver.resolveFunction(signature.name, call.types, HERE));
    return { type: found?.returnType ?? call.result, parts: [`${signature.name}(`, ...parts, ')'] };
  }

  #form(depth: number, scope: readonly Column[]): Expression | undefined {
    const { signature, template } = this.#random.pick(FORMS);
    const call = this.#arguments(signature, depth, scope);
    if (call === undefined) return undefined;
    const remembered = new Map<string, string>();
    const parts = template.split(/[{}]/).flatMap((text, at): readonly (string | Expression)[] => {
      if (at % 2 === 0) return [text];
      if (!text.startsWith('@')) return call.operands[Number(text)] ?? [];
      const [name = ''] = text.slice(1).split('#');
      if (!isWordName(name)) throw new Error(`no such word: ${name}`);
      const chosen = remembered.get(text) ?? word(this.#random, name);
      if (text.includes('#')) remembered.set(text, chosen);
      return [chosen];
    });
    return { type: call.result, parts };
  }

  #arguments(signature: Signature, depth: number, scope: readonly Column[]): Arguments | undefined {
    const bindings = new Map<string, Type>();
    for (const [name, constraint] of signature.constraints) bindings.set(name, this.#constrained(constraint));
    const patterns = signature.variadic
      ? [...signature.arguments, ...Array.from({ length: 1 + this.#random.below(2) }, () => signature.arguments[0])]
      : signature.arguments;
    const operands: (readonly (string | Expression)[])[] = [];
    const types: Type[] = [];
    let lambda = false;
    for (const [at, pattern] of patterns.entries()) {
      if (pattern === undefined) return undefined;
      if (pattern.kind === 'function') {
        lambda = true;
        operands.push(this.#lambda(pattern, bindings, depth, scope));
        continue;
      }
      const type = this.#instantiate(pattern, bindings);
      types.push(type);
      operands.push([this.#argument(signature.name, at, type, depth, scope)]);
    }
    return { operands, types, lambda, result: this.#instantiate(signature.result, bindings) };
  }

  #argument(name: string, at: number, type: Type, depth: number, scope: readonly Column[]): string | Expression {
    const special = ARGUMENTS[`${name}:${at}`];
    const fits = special !== undefined && !(name === 'sequence' && type.kind !== 'bigint') && !(name === 'element_at' && type.kind !== 'bigint');
    return fits && (COSTLY.test(name) || this.#random.chance(85)) ? word(this.#random, special) : this.of(type, depth - 1, scope);
  }

  #lambda(pattern: TypePattern & { kind: 'function' }, bindings: ReadonlyMap<string, Type>, depth: number, scope: readonly Column[]): (string | Expression)[] {
    const own = pattern.arguments.map((argument) => ({ name: `v${this.#lambdas++}`, type: this.#instantiate(argument, bindings) }));
    const body = this.of(this.#instantiate(pattern.result, bindings), depth, [...scope, ...own]);
    return [`(${own.map((variable) => variable.name).join(', ')}) -> `, { ...body, bound: true }];
  }

  #constrained(constraint: 'comparable' | 'orderable' | undefined): Type {
    for (;;) {
      const type = this.#anyType();
      if (constraint !== 'orderable' || ORDERABLE.test(typeId(type))) return type;
    }
  }

  #instantiate(pattern: TypePattern, bindings: ReadonlyMap<string, Type>): Type {
    switch (pattern.kind) {
      case 'concrete':
        return /^(JoniRegExp|JsonPath|CodePoints)$/.test(pattern.type.kind) ? VARCHAR : pattern.type;
      case 'variable':
        return bindings.get(pattern.name) ?? BOOLEAN;
      case 'parametric':
        return this.#random.pick(this.#columns.filter(({ type }) => type.kind === pattern.base)).type;
      case 'container': {
        const [first = BOOLEAN, second = BOOLEAN] = pattern.parameters.map((parameter) => this.#instantiate(parameter, bindings));
        if (pattern.base === 'array') return array(first);
        if (pattern.base === 'map') return map(first, second);
        return row([{ type: first }, { type: second }]);
      }
      case 'function':
      case 'refused':
        return BOOLEAN;
    }
  }
}

function quietly<T>(resolve: () => T): T | undefined {
  try {
    return resolve();
  } catch (error) {
    // what cannot be resolved is asked all the same: both servers must refuse it
    if (error instanceof TrinoError) return undefined;
    throw error;
  }
}
