/** A function that is stored as text: `FUNCTION name (…) RETURNS … body`, its names to be looked for along `path`. */
export interface LanguageFunction {
  readonly schema: string;
  /** In lower case. */
  readonly name: string;
  /** Tells functions of one name apart: the types of the parameters as they were written, `(bigint,varchar(3))`. */
  readonly signatureToken: string;
  readonly sql: string;
  readonly path: readonly { readonly catalog: string; readonly schema: string }[];
  /** Absent: SECURITY INVOKER. */
  readonly owner?: string;
}
