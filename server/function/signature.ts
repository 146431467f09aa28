import type { FunctionKind } from '../../spi/expression.ts';
import { array, BOOLEAN, map, row, type Type } from '../../spi/type.ts';
import { typeOfParts } from './dataType.ts';

/** A type in a signature: `bigint`, `T`, `varchar(x)`, `array(T)`, `function(T,boolean)`. */
export type TypePattern =
  | { readonly kind: 'concrete'; readonly type: Type }
  | { readonly kind: 'variable'; readonly name: string }
  /** decimal(p,s) and its like: a base whose numeric parameters are variables. */
  | { readonly kind: 'parametric'; readonly base: Type['kind']; readonly parameters: readonly (string | number)[] }
  | { readonly kind: 'container'; readonly base: 'array' | 'map' | 'row' | 'qdigest'; readonly parameters: readonly TypePattern[] }
  | { readonly kind: 'function'; readonly arguments: readonly TypePattern[]; readonly result: TypePattern }
  /** Of a type that is not supported: geometry, classifiers. */
  | { readonly kind: 'refused' };

export interface Signature {
  readonly name: string;
  readonly kind: FunctionKind;
  /** As Trino lists it among the candidates of an error message. */
  readonly text: string;
  /** name(arguments) without the constraints. */
  readonly declaration: string;
  readonly arguments: readonly TypePattern[];
  readonly result: TypePattern;
  readonly variadic: boolean;
  readonly constraints: ReadonlyMap<string, 'comparable' | 'orderable' | undefined>;
  readonly deterministic: boolean;
}

/** Reads a line of signatures.ts: `max(e, bigint) E:orderable -> array(e)`. */
export function parseSignature(line: string, kind: FunctionKind, nondeterministic: ReadonlySet<string>): Signature {
  const match = /^(?<name>[^(]+)\((?<args>.*)\)(?<constraints>(?: [A-Z]\w*(?::\w+)?,?)*)(?<variadic> variadic)? -> (?<result>.*)$/.exec(line);
  const { name = '', args = '', constraints: constraintText = '', variadic, result = '' } = match?.groups ?? {};
  if (match === null) throw new Error(`not a signature: ${line}`);
  const constraints = new Map<string, 'comparable' | 'orderable' | undefined>();
  for (const item of constraintText.split(',')) {
    const [variable = '', constraint] = item.trim().split(':');
    if (variable !== '') constraints.set(variable, constraint === 'comparable' || constraint === 'orderable' ? constraint : undefined);
  }
  const variables = new Set(constraints.keys());
  const lowerName = name.toLowerCase();
  return {
    name: lowerName,
    kind,
    text: `${lowerName}(${args})${constraintText}`,
    declaration: `${lowerName}(${args})`,
    arguments: splitTopLevel(args).map((text) => parsePattern(text, variables)),
    result: parsePattern(result, variables),
    variadic: variadic !== undefined,
    constraints,
    deterministic: !nondeterministic.has(name),
  };
}

function parsePattern(text: string, variables: ReadonlySet<string>): TypePattern {
  const variable = text.toUpperCase();
  if (variables.has(variable)) return { kind: 'variable', name: variable };
  const zone = /^(timestamp|time)\((\w+)\) with time zone$/.exec(text);
  if (zone !== null) return parametric(`${zone[1]} with time zone`, [zone[2] ?? '']);
  const parts = /^([\w ]+)\((.*)\)$/.exec(text);
  if (parts === null) return concrete(text, []);
  const base = (parts[1] ?? '').toLowerCase();
  const parameters = splitTopLevel(parts[2] ?? '');
  if (base === 'decimal' || base === 'varchar' || base === 'char' || base === 'timestamp' || base === 'time') return parametric(base, parameters);
  const nested = parameters.map((parameter) => parsePattern(parameter.replace(/^"\w+" /, ''), variables));
  if (nested.some((p) => p.kind === 'refused')) return { kind: 'refused' };
  if (base === 'function') return { kind: 'function', arguments: nested.slice(0, -1), result: nested.at(-1) ?? { kind: 'refused' } };
  if (base === 'array' || base === 'map' || base === 'row' || base === 'qdigest') return { kind: 'container', base, parameters: nested };
  return { kind: 'refused' };
}

function parametric(base: string, texts: readonly string[]): TypePattern {
  if (texts.every((text) => /^\d+$/.test(text))) return concrete(base, texts);
  const kind = base as 'decimal' | 'varchar' | 'char' | 'time' | 'timestamp' | 'time with time zone' | 'timestamp with time zone';
  return { kind: 'parametric', base: kind, parameters: texts.map((text) => (/^\d+$/.test(text) ? Number(text) : text)) };
}

const UNSUPPORTED = /^(geometry|sphericalgeography|bingtile|kdbtree|classifier|regressor|model)/i;

function concrete(base: string, parameters: readonly string[]): TypePattern {
  if (UNSUPPORTED.test(base)) return { kind: 'refused' };
  const type = typeOfParts(base.toLowerCase(), parameters);
  if (type === undefined) throw new Error(`unknown type in a signature: ${base}`);
  return { kind: 'concrete', type };
}

function splitTopLevel(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c === '(') depth++;
    else if (c === ')') depth--;
    else if ((c === ',' && depth === 0) || c === undefined) {
      const part = text.slice(start, i).trim();
      if (part !== '') parts.push(part);
      start = i + 1;
    }
  }
  return parts;
}

export function containerOf(base: 'array' | 'map' | 'row' | 'qdigest', parameters: readonly Type[]): Type {
  const [first = BOOLEAN, second = BOOLEAN] = parameters;
  switch (base) {
    case 'array':
      return array(first);
    case 'map':
      return map(first, second);
    case 'row':
      return row(parameters.map((type) => ({ type })));
    case 'qdigest':
      return { kind: 'qdigest', value: first };
  }
}
