/**
 * SQL/JSON functions are calls of `$json_exists`, `$json_value`, `$json_query`, `$json_object`, `$json_array`, with the result's type as the
 * type of the call. Their first argument is a constant varchar: the JSON text of one of these. The rest are values, as each says.
 */
export type JsonFormat = 'JSON' | 'UTF8' | 'UTF16' | 'UTF32';

/** A value of PASSING: read as JSON text when it has a format, else an SQL value. */
export interface JsonPassing {
  readonly name: string;
  readonly format?: JsonFormat;
}

export type JsonQueryBehavior = 'NULL' | 'ERROR' | 'EMPTY ARRAY' | 'EMPTY OBJECT';

/** Values: the input, then those of `passing` in order. */
export interface JsonExistsSpecification {
  readonly path: string;
  readonly inputFormat: JsonFormat;
  readonly passing: readonly JsonPassing[];
  readonly errorBehavior: 'FALSE' | 'TRUE' | 'UNKNOWN' | 'ERROR';
}

export type JsonValueBehavior = 'NULL' | 'ERROR' | 'DEFAULT';

/** Values: the input, the default on empty, the default on error (NULL when there is none), then those of `passing`. */
export interface JsonValueSpecification {
  readonly path: string;
  readonly inputFormat: JsonFormat;
  readonly passing: readonly JsonPassing[];
  readonly emptyBehavior: JsonValueBehavior;
  readonly errorBehavior: JsonValueBehavior;
}

/** Values: the input, then those of `passing`. */
export interface JsonQuerySpecification {
  readonly path: string;
  readonly inputFormat: JsonFormat;
  readonly passing: readonly JsonPassing[];
  readonly wrapper: 'WITHOUT' | 'CONDITIONAL' | 'UNCONDITIONAL';
  readonly omitQuotes: boolean;
  readonly outputFormat: JsonFormat;
  readonly emptyBehavior: JsonQueryBehavior;
  readonly errorBehavior: JsonQueryBehavior;
}

/** Values: key and value of each member in turn. `formats[i]`: the i-th value is JSON text, to be put in as it is. */
export interface JsonObjectSpecification {
  readonly formats: readonly (JsonFormat | null)[];
  readonly nullOnNull: boolean;
  readonly uniqueKeys: boolean;
  readonly outputFormat: JsonFormat;
}

/** Values: the elements. */
export interface JsonArraySpecification {
  readonly formats: readonly (JsonFormat | null)[];
  readonly nullOnNull: boolean;
  readonly outputFormat: JsonFormat;
}

/** JSON_TABLE: what `JsonTableNode.specification` holds. `defaults` are positions in the node's `defaults`. */
export interface JsonTableSpecification {
  readonly path: string;
  readonly inputFormat: JsonFormat;
  readonly passing: readonly JsonPassing[];
  readonly errorBehavior: 'ERROR' | 'EMPTY';
  readonly columns: readonly JsonTableColumn[];
  readonly plan: JsonTablePlan;
}

/** In order of the node's outputs, nested ones included. */
export type JsonTableColumn =
  | { readonly kind: 'ordinality' }
  | {
      readonly kind: 'value';
      readonly path: string;
      readonly emptyBehavior: JsonValueBehavior;
      readonly errorBehavior: JsonValueBehavior;
      readonly emptyDefault?: number;
      readonly errorDefault?: number;
    }
  | ({ readonly kind: 'query' } & Omit<JsonQuerySpecification, 'inputFormat' | 'passing'>);

/** `path` is that of the NESTED columns (of the root: the table's); `columns` are positions in the list of columns. */
export type JsonTablePlan =
  | { readonly kind: 'leaf'; readonly path: string; readonly columns: readonly number[] }
  | {
      readonly kind: 'parentChild';
      readonly type: 'OUTER' | 'INNER';
      readonly path: string;
      readonly columns: readonly number[];
      readonly child: JsonTablePlan;
    }
  | { readonly kind: 'siblings'; readonly type: 'UNION' | 'CROSS'; readonly siblings: readonly JsonTablePlan[] };
