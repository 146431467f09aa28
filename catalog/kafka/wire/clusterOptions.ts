/** How to reach a Kafka cluster, as plain data: it crosses into the feed worker. */
export interface ClusterOptions {
  readonly nodes: readonly NodeAddress[];
  readonly clientId: string;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How long a reader may stay without progress (leader moves, broker restarts) before it gives up. */
  readonly recoveryTimeoutMs: number;
  readonly tls?: TlsOptions;
  readonly sasl?: SaslOptions;
}

export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

/** Certificates and keys as PEM. */
export interface TlsOptions {
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly checkServerIdentity: boolean;
}

export type SaslOptions =
  | { readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; readonly username: string; readonly password: string }
  | { readonly mechanism: 'OAUTHBEARER'; readonly token: string };

export const ISOLATION_LEVELS = ['read_uncommitted', 'read_committed'] as const;
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

export const isIsolationLevel = (value: unknown): value is IsolationLevel => ISOLATION_LEVELS.some((level) => level === value);
