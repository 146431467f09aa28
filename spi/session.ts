import type { Value } from './value.ts';

/** What the client expects of its query, from X-Trino-Resource-Estimate. */
export interface ResourceEstimates {
  readonly executionTimeMs?: number;
  readonly cpuTimeMs?: number;
  readonly peakMemoryBytes?: number;
}

/** What a query knows of who asks, and how. Fixed when the query starts. */
export interface Session {
  readonly queryId: string;
  readonly user: string;
  /** From X-Trino-Original-User when the session was switched by SET SESSION AUTHORIZATION; else the user. */
  readonly originalUser: string;
  /** Of the user, as the group provider tells them. */
  readonly groups: readonly string[];
  readonly source: string | undefined;
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
  readonly path: string | undefined;
  /** IANA name or offset. */
  readonly timeZone: string;
  /** BCP 47 tag from X-Trino-Language. */
  readonly language: string;
  readonly clientInfo: string | undefined;
  readonly clientTags: readonly string[];
  readonly clientCapabilities: ReadonlySet<string>;
  readonly traceToken: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly userAgent: string | undefined;
  /** The moment that now() and its like give throughout the query: microseconds since 1970 UTC. */
  readonly startMicros: bigint;
  readonly transactionId: string | undefined;
  readonly preparedStatements: ReadonlyMap<string, string>;
  readonly enabledRoles: ReadonlyMap<string, string>;
  readonly extraCredentials: ReadonlyMap<string, string>;
  readonly resourceEstimates: ResourceEstimates;
  /** Validated system session properties, defaults included. */
  readonly systemProperties: ReadonlyMap<string, Value>;
  /** By catalog: what was set, still as text; a connector session decodes them. */
  readonly catalogProperties: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Aborts when the query is cancelled or fails. Absent: the session is of no query. */
  readonly signal?: AbortSignal;
}

/** The session as one connector sees it: its own properties are typed and complete. */
export interface ConnectorSession {
  readonly queryId: string;
  readonly user: string;
  readonly source: string | undefined;
  readonly timeZone: string;
  readonly startMicros: bigint;
  readonly extraCredentials: ReadonlyMap<string, string>;
  readonly properties: ReadonlyMap<string, Value>;
  /** Aborts when the query is cancelled or fails: what it has asked of a remote side must end there, and must not take effect any more. */
  readonly signal?: AbortSignal;
}
