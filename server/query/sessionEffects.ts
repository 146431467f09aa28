/** What a statement changes in the client's session; it travels back in the X-Trino-* headers of the last page. */
export interface SessionEffects {
  readonly setCatalog?: string;
  readonly setSchema?: string;
  readonly setPath?: string;
  readonly setSessionProperties?: ReadonlyMap<string, string>;
  readonly resetSessionProperties?: ReadonlySet<string>;
  readonly setRoles?: ReadonlyMap<string, string>;
  readonly addedPreparedStatements?: ReadonlyMap<string, string>;
  readonly deallocatedPreparedStatements?: ReadonlySet<string>;
  readonly startedTransactionId?: string;
  readonly clearTransactionId?: boolean;
  readonly setAuthorizationUser?: string;
  readonly resetAuthorizationUser?: boolean;
}
