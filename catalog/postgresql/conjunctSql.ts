import type { Call, Constant, Expression } from '../../spi/expression.ts';
import type { Type } from '../../spi/type.ts';
import { constantText } from './constantSql.ts';
import { predicate, type RemoteExpression, type Scope, toRemote } from './expressionSql.ts';
import type { PostgresColumnHandle } from './handles.ts';
import { arrayText, quoteIdentifier, quoteLiteral } from './sql.ts';

/** A condition of WHERE, for which false is as good as NULL: so more has a form that an index of PostgreSQL answers. */
export function toRemoteConjunct(expression: Expression, scope: Scope): RemoteExpression | undefined {
  const remote = toRemote(expression, scope);
  if (remote !== undefined) return remote;
  switch (expression.kind) {
    case 'logical': {
      const terms = expression.terms.map((term) => toRemoteConjunct(term, scope)).filter((term) => term !== undefined);
      return terms.length < expression.terms.length ? undefined : predicate(`(${terms.map(({ sql }) => sql).join(` ${expression.operator} `)})`);
    }
    case 'call':
      return expression.function.name === 'contains' ? remoteContains(expression, scope) : undefined;
    case 'comparison': {
      const { operator, left, right } = expression;
      if (operator !== '=') return undefined;
      return remoteJsonField(left, [right], scope) ?? remoteJsonField(right, [left], scope);
    }
    case 'in':
      return remoteJsonField(expression.value, expression.list, scope);
    default:
      return undefined;
  }
}

/** Elements whose equality is that of their type, by their name in pg_type. */
const ELEMENTS: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'bool', 'date', 'uuid', 'text', 'varchar']);

function remoteContains(call: Call, scope: Scope): RemoteExpression | undefined {
  const [array, item] = call.arguments;
  if (array?.kind !== 'reference' || item?.kind !== 'constant' || item.value === null) return undefined;
  const found = scope(array.name);
  if (found === undefined) return undefined;
  const { mapping, remoteType, deterministic } = found.column;
  const element = remoteType.slice(1);
  if (mapping.read.kind !== 'array' || mapping.read.dimensions !== 1 || !remoteType.startsWith('_') || !ELEMENTS.has(element) || !deterministic)
    return undefined;
  const text = constantText(elementType(mapping.type), item.value);
  return text === undefined ? undefined : predicate(`(${found.sql} @> ${quoteLiteral(arrayText([text]))}::${quoteIdentifier(element)}[])`);
}

const elementType = (type: Type): Type => (type.kind === 'array' ? type.element : type);

/** Fields by plain names: what stands in brackets, and numbers, may mean the element of an array. */
const FIELD_PATH = /^\$((?:\.[A-Za-z_][A-Za-z0-9_]*)+)$/;
/** Texts that a number, an object or an array can have; whole numbers are the same text to both. */
const OTHER_TEXT = /^(-?[\d.]|[{[]|-?Infinity$|NaN$)/;
const WHOLE_NUMBER = /^(0|-?[1-9]\d{0,17})$/;

function remoteJsonField(value: Expression, candidates: readonly Expression[], scope: Scope): RemoteExpression | undefined {
  if (value.kind !== 'call' || value.function.name !== 'json_extract_scalar') return undefined;
  const [document, asPath] = value.arguments;
  const path = asPath?.kind === 'cast' ? asPath.value : asPath;
  if (document?.kind !== 'reference' || path?.kind !== 'constant' || typeof path.value !== 'string') return undefined;
  const found = scope(document.name);
  const names = FIELD_PATH.exec(path.value)?.[1]?.slice(1).split('.');
  if (found === undefined || names === undefined || !isJsonb(found.column)) return undefined;
  const texts = candidates.map((candidate) => (candidate.kind === 'constant' ? comparableText(candidate) : undefined));
  const known = texts.filter((text) => text !== undefined);
  if (known.length < texts.length || known.length === 0) return undefined;
  const field = names.map((name, i) => `${i === names.length - 1 ? '->>' : '->'} ${quoteLiteral(name)}`).join(' ');
  const [only = ''] = known;
  const test = known.length === 1 ? `= ${quoteLiteral(only)}` : `= ANY (${quoteLiteral(arrayText(known))}::text[])`;
  return predicate(`((${found.sql} ${field}) ${test})`);
}

/** Objects of `json` may have a key twice. */
const isJsonb = ({ remoteType, mapping }: PostgresColumnHandle): boolean => remoteType === 'jsonb' && mapping.read.kind === 'jsonb';

function comparableText({ type, value }: Constant): string | undefined {
  const text = type.kind === 'varchar' && value !== null ? constantText(type, value) : undefined;
  return text === undefined || (OTHER_TEXT.test(text) && !WHOLE_NUMBER.test(text)) ? undefined : text;
}
