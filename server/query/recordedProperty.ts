/** A session property of Trino as it was recorded. */
export interface RecordedProperty {
  readonly name: string;
  readonly type: string;
  /** The default as text; empty: none. */
  readonly fallback: string;
  readonly description: string;
  readonly hidden?: true;
  readonly check?: PropertyCheck;
}

/** Which values Trino takes. In messages `{value}` stands for the value, `{value.2}` for it with two digits. */
export type PropertyCheck =
  | { readonly kind: 'duration' }
  | { readonly kind: 'dataSize' }
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'powerOfTwo' }
  | { readonly kind: 'bounds'; readonly min?: number; readonly max?: number; readonly message?: string; readonly maxMessage?: string };
