import type { Expression } from '../../../spi/expression.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import { BOOLEAN, type Type, typeEquals, typeId } from '../../../spi/type.ts';
import { canCoerce } from '../../function/coercion.ts';
import { toType } from '../../function/dataType.ts';
import { isDeterministic } from '../../plan/expressionProperties.ts';
import { replaceReferences } from '../../plan/expressionVisitor.ts';
import type { Symbol } from '../../plan/plan.ts';
import type * as ast from '../../sql/ast.ts';
import type { AnalysisContext } from '../analysisContext.ts';
import { bindValue } from '../expression/bindValue.ts';
import { Collector } from '../aggregation/collector.ts';
import { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { reference, whenClause } from '../expression/expressionBuilder.ts';
import { constant } from '../expression/literals.ts';
import type { QuerySurroundings } from '../relationPlan.ts';
import { routineBody } from './routineBody.ts';
import { newField } from '../scope.ts';
import { storedFunctions } from './storedFunctions.ts';
import type { SymbolAllocator } from '../symbolAllocator.ts';

/** A function of WITH FUNCTION: its body over its parameters. */
export interface InlineFunction {
  readonly name: string;
  readonly parameters: readonly Symbol[];
  readonly returnType: Type;
  readonly body: Expression;
  readonly calledOnNull: boolean;
}

export type InlineFunctions = ReadonlyMap<string, readonly InlineFunction[]>;

/** Each function sees those before it. */
export function withInlineFunctions(surroundings: QuerySurroundings, nodes: readonly ast.FunctionSpecification[]): QuerySurroundings {
  let { context } = surroundings;
  for (const node of nodes) {
    const security = node.characteristics.find((item) => item.kind === 'security');
    if (security !== undefined) throw new TrinoError('NOT_SUPPORTED', security.location, 'Security mode not supported for inline functions');
    const name = node.name.parts.map(({ value }) => value.toLowerCase()).join('.');
    if (node.name.parts.length > 1) throw new TrinoError('SYNTAX_ERROR', node.location, `Inline function names cannot be qualified: ${name}`);
    const declared = declareFunction(context, node, name);
    // a later one of the same parameters takes the place of the earlier
    const others = (context.inlineFunctions.get(name) ?? []).filter((other) => !sameParameters(other, declared));
    context = context.withInlineFunctions(new Map([...context.inlineFunctions, [name, [...others, declared]]]));
  }
  return { ...surroundings, context };
}

const sameParameters = (a: InlineFunction, b: InlineFunction): boolean =>
  a.parameters.length === b.parameters.length && a.parameters.every(({ type }, i) => typeEquals(type, b.parameters[i]?.type ?? BOOLEAN));

/** `name`: by which messages call it. */
export function declareFunction(context: AnalysisContext, node: ast.FunctionSpecification, name: string): InlineFunction {
  checkCharacteristics(node);
  const seen = new Set<string>();
  const fields = node.parameters.map((parameter) => {
    if (parameter.name === undefined) throw new TrinoError('INVALID_ARGUMENTS', parameter.location, 'Function parameters must have a name');
    const key = parameter.name.value.toLowerCase();
    if (seen.has(key)) throw new TrinoError('INVALID_ARGUMENTS', parameter.location, `Duplicate function parameter name: ${key}`);
    seen.add(key);
    return newField(key, context.symbols.newSymbol(key, toType(parameter.type, parameter.location)));
  });
  const returnType = toType(node.returns, node.returnsLocation);
  if (node.body.kind === 'stringBody') throw new TrinoError('SYNTAX_ERROR', node.body.location, "Functions using language 'SQL' must be defined using SQL");
  refuseRecursion(
    node,
    name,
    fields.map(({ symbol }) => symbol.type),
    returnType,
  );
  const analyzer = new ExpressionAnalyzer({ context, scope: { fields }, collector: new Collector(), with: new Map() });
  const body = routineBody(analyzer, node.body, returnType);
  checkDeterminism(node, body);
  const nullInput = node.characteristics.find((item) => item.kind === 'nullInput');
  return { name, parameters: fields.map(({ symbol }) => symbol), returnType, body, calledOnNull: nullInput?.kind !== 'nullInput' || nullInput.calledOnNull };
}

const CLAUSES: Readonly<Record<ast.FunctionCharacteristic['kind'], string>> = {
  language: 'language',
  deterministic: 'deterministic',
  nullInput: 'null-call',
  security: 'security',
  comment: 'comment',
  properties: 'properties',
};

function checkCharacteristics({ characteristics, body }: ast.FunctionSpecification): void {
  characteristics.forEach((item, at) => {
    const repeated = characteristics.findIndex(({ kind }) => kind === item.kind) < at;
    if (repeated) throw new TrinoError('SYNTAX_ERROR', item.location, `Multiple ${CLAUSES[item.kind]} clauses specified`);
  });
  for (const item of characteristics) {
    if (item.kind === 'language' && item.language.value.toUpperCase() !== 'SQL') {
      if (body.kind === 'stringBody') throw new TrinoError('NOT_SUPPORTED', item.language.location, `Unsupported function language: ${item.language.value}`);
      throw new TrinoError('SYNTAX_ERROR', body.location, "Only functions using language 'SQL' may be defined using SQL");
    }
    const property = item.kind === 'properties' ? item.properties[0] : undefined;
    if (property !== undefined && body.kind !== 'stringBody') {
      throw new TrinoError('INVALID_FUNCTION_PROPERTY', property.location, "Function language 'SQL' does not support properties");
    }
  }
}

function refuseRecursion(node: ast.FunctionSpecification, name: string, types: readonly Type[], returnType: Type): void {
  const calls = (item: unknown): boolean => {
    if (Array.isArray(item)) return item.some(calls);
    if (typeof item !== 'object' || item === null || item instanceof Uint8Array) return false;
    if (isCall(item) && item.name.parts.length === 1 && item.name.parts[0]?.value.toLowerCase() === name && item.arguments.length === types.length) return true;
    return Object.values(item).some((child) => typeof child === 'object' && calls(child));
  };
  if (!calls(node.body)) return;
  const signature = `${name}(${types.map(typeId).join(',')}):${typeId(returnType)}`;
  throw new TrinoError('NOT_SUPPORTED', node.location, `Recursive language functions are not supported: ${signature}`);
}

const isCall = (node: object): node is ast.FunctionCall => 'kind' in node && node.kind === 'functionCall';

function checkDeterminism(node: ast.FunctionSpecification, body: Expression): void {
  const item = node.characteristics.find((candidate) => candidate.kind === 'deterministic');
  const declared = item?.kind !== 'deterministic' || item.deterministic;
  const deterministic = isDeterministic(body);
  if (deterministic && !declared) throw new TrinoError('INVALID_ARGUMENTS', node.location, 'Deterministic function declared NOT DETERMINISTIC');
  if (!deterministic && declared) throw new TrinoError('INVALID_ARGUMENTS', node.location, 'Non-deterministic function declared DETERMINISTIC');
}

function candidatesOf(context: AnalysisContext, node: ast.FunctionCall, name: string): readonly InlineFunction[] | undefined {
  const inline = context.inlineFunctions.get(name);
  if (inline !== undefined) return inline;
  if (context.options.functions.exists(name)) return undefined;
  const stored = storedFunctions(context, node.name, node.location);
  return stored.length === 0 ? undefined : stored;
}

/** The function's body over the arguments; undefined: no inline or stored function has this name. */
export function inlineFunctionCall(analyzer: ExpressionAnalyzer, node: ast.FunctionCall, name: string): Expression | undefined {
  const candidates = candidatesOf(analyzer.context, node, name);
  if (candidates === undefined) return undefined;
  const values = node.arguments.map((argument) => analyzer.analyze(argument));
  const chosen = choose(candidates, values, node.location);
  if (chosen === undefined) {
    const actual = values.map(({ type }) => typeId(type)).join(', ');
    const expected = candidates.map(({ parameters }) => `${name}(${parameters.map(({ type }) => typeId(type)).join(', ')})`).sort();
    throw new TrinoError('FUNCTION_NOT_FOUND', node.location, `Unexpected parameters (${actual}) for function ${name}. Expected: ${expected.join(', ')}`);
  }
  if (node.filter !== undefined) throw new TrinoError('FUNCTION_NOT_AGGREGATE', node.location, 'Filter is only valid for aggregation functions');
  if (node.orderBy.length > 0) throw new TrinoError('FUNCTION_NOT_AGGREGATE', node.location, 'ORDER BY is only valid for aggregation functions');
  const coerced = values.map((value, i) => analyzer.coerce(value, chosen.parameters[i]?.type ?? value.type));
  return instantiate(chosen, coerced, analyzer.context.symbols);
}

function choose(candidates: readonly InlineFunction[], values: readonly Expression[], location: Location): InlineFunction | undefined {
  const fitting = candidates.filter(
    ({ parameters }) => parameters.length === values.length && parameters.every(({ type }, i) => canCoerce(values[i]?.type ?? type, type)),
  );
  const exact = fitting.find(({ parameters }) => parameters.every(({ type }, i) => typeEquals(type, values[i]?.type ?? BOOLEAN)));
  if (exact !== undefined) return exact;
  const specific = (a: InlineFunction, b: InlineFunction): boolean => a.parameters.every(({ type }, i) => canCoerce(type, b.parameters[i]?.type ?? type));
  const best = fitting.find((candidate) => fitting.every((other) => specific(candidate, other)));
  const [first] = fitting;
  if (best !== undefined || first === undefined) return best;
  const nullForAny = values.every(({ type }) => type.kind === 'unknown') && fitting.every(({ calledOnNull }) => !calledOnNull);
  if (nullForAny && fitting.every(({ returnType }) => typeEquals(returnType, first.returnType))) return first;
  const list = fitting.map(({ parameters, returnType }) => `\t * (${parameters.map(({ type }) => typeId(type)).join(',')}):${typeId(returnType)}\n`);
  const message = `Could not choose a best candidate operator. Explicit type casts must be added.\nCandidates are:\n${list.join('')}`;
  throw new TrinoError('AMBIGUOUS_FUNCTION_CALL', location, message);
}

function instantiate({ parameters, body, returnType, calledOnNull }: InlineFunction, values: readonly Expression[], symbols: SymbolAllocator): Expression {
  // a value may itself have been made by a call of this function: no name of the one call is one of the other
  const own = parameters.map(({ name, type }) => symbols.newSymbol(name, type));
  const renamed = replaceReferences(body, ({ name }) => {
    const symbol = own[parameters.findIndex((parameter) => parameter.name === name)];
    return symbol === undefined ? undefined : reference(symbol);
  });
  const called = own.reduceRight((inner, symbol, i) => bindValue(symbol, values[i] ?? constant(symbol.type, null), inner), renamed);
  if (calledOnNull || values.length === 0) return called;
  const nulls = values.map((value): Expression => ({ kind: 'is null', value, type: BOOLEAN }));
  const [first, ...rest] = nulls;
  const when: Expression = first !== undefined && rest.length === 0 ? first : { kind: 'logical', operator: 'OR', terms: nulls, type: BOOLEAN };
  return { kind: 'case', whenClauses: [whenClause(when, constant(returnType, null))], otherwise: called, type: returnType };
}
