import { TrinoError, unreachable } from '../../../../spi/trinoError.ts';
import { type Type, typeId } from '../../../../spi/type.ts';
import type { JsonPath, PathMethod, PathNode, PathSubscript } from '../../../function/jsonPath.ts';
import type { JsonNode } from './jsonNode.ts';
import { calculate, isNumeric, negated, rounded, toDouble, toNumber } from './jsonPathArithmetic.ts';
import { PathEvaluationError } from './jsonPathError.ts';
import { type PathItem, type TypedValue, literalItem, typedValue } from './jsonPathItem.ts';
import { holds } from './jsonPathPredicate.ts';

/** Without an item: an empty sequence, as NULL in the form of JSON is. */
export type PathVariables = ReadonlyMap<string, PathItem | undefined>;

const failed = (message: string): PathEvaluationError => new PathEvaluationError(message);

/** What the path finds. Raises PathEvaluationError. */
export function evaluateJsonPath(path: JsonPath, input: PathItem | undefined, variables: PathVariables): readonly PathItem[] {
  return new JsonPathEvaluator(path.lax, input, variables).evaluate(path.root, {});
}

/** What `@` and `last` stand for. */
export interface PathScope {
  readonly current?: PathItem;
  readonly last?: number;
}

export class JsonPathEvaluator {
  readonly lax: boolean;
  readonly #input: PathItem | undefined;
  readonly #variables: PathVariables;
  #objects = 0;

  constructor(lax: boolean, input: PathItem | undefined, variables: PathVariables) {
    this.lax = lax;
    this.#input = input;
    this.#variables = variables;
  }

  evaluate(node: PathNode, scope: PathScope): readonly PathItem[] {
    switch (node.kind) {
      case 'context':
        return this.#input === undefined ? [] : [this.#input];
      case 'current':
        if (scope.current === undefined) throw failed('no current item');
        return [scope.current];
      case 'last':
        if (scope.last === undefined) throw failed('last outside of a subscript');
        return [indexItem(scope.last)];
      case 'variable': {
        if (!this.#variables.has(node.name)) throw new TrinoError('INVALID_PATH', undefined, `no value passed for parameter ${node.name}`);
        const item = this.#variables.get(node.name);
        return item === undefined ? [] : [item];
      }
      case 'literal':
        return [literalItem(node.literal)];
      case 'sign':
        return this.unwrapped(this.evaluate(node.value, scope)).map((item) => {
          const value = numeric(item);
          return node.operator === '-' ? negated(value) : value;
        });
      case 'arithmetic': {
        const left = this.#operand(node.left, scope);
        return [calculate(node.operator, left, this.#operand(node.right, scope))];
      }
      case 'member':
        return this.#member(this.unwrapped(this.evaluate(node.base, scope)), node.name);
      case 'descendant':
        return this.evaluate(node.base, scope).flatMap((item) => descendants(item, node.name));
      case 'element':
        return this.evaluate(node.base, scope).flatMap((item) => this.#elements(item, node.subscripts, scope));
      case 'filter':
        return this.unwrapped(this.evaluate(node.base, scope)).filter((item) => holds(node.predicate, this, { ...scope, current: item }) === true);
      case 'method':
        return this.#method(node.method, this.evaluate(node.base, scope));
      default:
        return unreachable(node);
    }
  }

  /** In lax mode arrays stand for their elements. */
  unwrapped(items: readonly PathItem[]): readonly PathItem[] {
    return this.lax ? items.flatMap((item): readonly PathItem[] => (item.kind === 'array' ? item.items : [item])) : items;
  }

  #operand(node: PathNode, scope: PathScope): TypedValue {
    const [item, another] = this.unwrapped(this.evaluate(node, scope));
    if (item === undefined || another !== undefined) throw failed('arithmetic binary expression requires singleton operands');
    return numeric(item);
  }

  #member(items: readonly PathItem[], name: string | undefined): readonly PathItem[] {
    return items.flatMap((item): readonly PathItem[] => {
      if (item.kind !== 'object') {
        if (this.lax) return [];
        throw failed(`invalid item type. Expected: OBJECT, actual: ${itemType(item)}`);
      }
      if (name === undefined) return [...item.members.values()];
      const member = item.members.get(name);
      if (member !== undefined) return [member];
      if (this.lax) return [];
      throw failed(`structural error: missing member '${name}' in JSON object`);
    });
  }

  #elements(item: PathItem, subscripts: readonly PathSubscript[] | undefined, scope: PathScope): readonly PathItem[] {
    if (item.kind !== 'array' && !this.lax) throw failed(`invalid item type. Expected: ARRAY, actual: ${itemType(item)}`);
    const items: readonly PathItem[] = item.kind === 'array' ? item.items : [item];
    if (subscripts === undefined) return items;
    const inner = { ...scope, last: items.length - 1 };
    return subscripts.flatMap(({ from, to }) => {
      const first = this.#index(from, inner);
      const end = to === undefined ? first : this.#index(to, inner);
      if (!this.lax && (first < 0 || end >= items.length || first > end))
        throw failed(`structural error: invalid array subscript: [${first}, ${end}] for array of size ${items.length}`);
      return items.slice(Math.max(first, 0), Math.max(end + 1, 0));
    });
  }

  #index(node: PathNode, scope: PathScope): number {
    const [item, another] = this.evaluate(node, scope);
    if (item === undefined || another !== undefined) throw failed('array subscript expression requires singleton');
    const value = toNumber(numeric(item));
    const index = value < 0 ? -Math.round(-value) : Math.round(value);
    if (!Number.isSafeInteger(index) || Math.abs(index) > 2147483647) throw failed('array subscript out of range');
    return index;
  }

  #method(method: PathMethod, items: readonly PathItem[]): readonly PathItem[] {
    switch (method) {
      case 'type':
        return items.map((item) => ({ kind: 'string', value: itemType(item).toLowerCase() }));
      case 'size':
        return items.map((item) => {
          if (item.kind !== 'array' && !this.lax) throw failed(`invalid item type. Expected: ARRAY, actual: ${itemType(item)}`);
          return indexItem(item.kind === 'array' ? item.items.length : 1);
        });
      case 'double':
        return this.unwrapped(items).map((item) => toDouble(typed(item)));
      case 'abs':
      case 'ceiling':
      case 'floor':
        return this.unwrapped(items).map((item) => rounded(method, numeric(item)));
      case 'keyvalue':
        return this.unwrapped(items).flatMap((item) => this.#keyValues(item));
      default:
        return unreachable(method);
    }
  }

  #keyValues(item: PathItem): readonly PathItem[] {
    if (item.kind !== 'object') throw failed(`invalid item type. Expected: OBJECT, actual: ${itemType(item)}`);
    const id = { kind: 'number', text: String(this.#objects++) } as const;
    return [...item.members].map(([name, value]) => ({
      kind: 'object',
      members: new Map<string, JsonNode>([
        ['name', { kind: 'string', value: name }],
        ['value', value],
        ['id', id],
      ]),
    }));
  }
}

const indexItem = (index: number): PathItem => ({ kind: 'typed', type: { kind: 'integer' }, value: index });

function typed(item: PathItem): TypedValue {
  const value = typedValue(item);
  if (value === undefined) throw failed(`invalid item type. Expected: NUMBER, actual: ${itemType(item)}`);
  return value;
}

function numeric(item: PathItem): TypedValue {
  const value = typed(item);
  if (!isNumeric(value.type)) throw failed(`invalid item type. Expected: NUMBER, actual: ${itemType(item)}`);
  return value;
}

function descendants(item: PathItem, name: string): readonly PathItem[] {
  if (item.kind === 'array') return item.items.flatMap((part) => descendants(part, name));
  if (item.kind !== 'object') return [];
  const own = item.members.get(name);
  return [...(own === undefined ? [] : [own]), ...[...item.members.values()].flatMap((part) => descendants(part, name))];
}

function itemType(item: PathItem): string {
  if (item.kind !== 'typed') return item.kind.toUpperCase();
  return typedKind(item.type);
}

function typedKind(type: Type): string {
  if (isNumeric(type)) return 'NUMBER';
  if (type.kind === 'varchar' || type.kind === 'char') return 'STRING';
  return typeId(type)
    .replace(/\(\d+\)/, '')
    .toUpperCase();
}
