/** SQL/JSON paths: `lax $.a[*]?(@.b > 1)`. */
export interface JsonPath {
  readonly lax: boolean;
  readonly root: PathNode;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type PathComparisonOperator = '==' | '<>' | '<' | '<=' | '>' | '>=';
export type PathMethod = 'abs' | 'ceiling' | 'double' | 'floor' | 'keyvalue' | 'size' | 'type';

export type PathLiteral =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  /** As it is written: `1`, `1.50`, `1e3`. */
  | { readonly kind: 'number'; readonly text: string };

export interface PathSubscript {
  readonly from: PathNode;
  readonly to?: PathNode;
}

export type PathNode =
  | { readonly kind: 'context' }
  | { readonly kind: 'current' }
  | { readonly kind: 'last' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'literal'; readonly literal: PathLiteral }
  | { readonly kind: 'sign'; readonly operator: '+' | '-'; readonly value: PathNode }
  | { readonly kind: 'arithmetic'; readonly operator: ArithmeticOperator; readonly left: PathNode; readonly right: PathNode }
  /** Without a name: all members. */
  | { readonly kind: 'member'; readonly base: PathNode; readonly name?: string }
  | { readonly kind: 'descendant'; readonly base: PathNode; readonly name: string }
  /** Without subscripts: all elements. */
  | { readonly kind: 'element'; readonly base: PathNode; readonly subscripts?: readonly PathSubscript[] }
  | { readonly kind: 'filter'; readonly base: PathNode; readonly predicate: PathPredicate }
  | { readonly kind: 'method'; readonly base: PathNode; readonly method: PathMethod };

export type PathPredicate =
  | { readonly kind: 'comparison'; readonly operator: PathComparisonOperator; readonly left: PathNode; readonly right: PathNode }
  | { readonly kind: 'and' | 'or'; readonly left: PathPredicate; readonly right: PathPredicate }
  | { readonly kind: 'not' | 'is unknown'; readonly value: PathPredicate }
  | { readonly kind: 'exists'; readonly path: PathNode }
  | { readonly kind: 'starts with'; readonly value: PathNode; readonly prefix: PathNode };
