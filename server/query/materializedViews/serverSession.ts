import type { Session } from '../../../spi/session.ts';

/** For what the server does by itself in a user's name. */
export function serverSession(user: string, groups: readonly string[], queryId: string, nowMs = Date.now()): Session {
  return {
    queryId,
    user,
    originalUser: user,
    groups,
    source: 'lepton',
    catalog: undefined,
    schema: undefined,
    path: undefined,
    timeZone: 'UTC',
    language: 'en-US',
    clientInfo: undefined,
    clientTags: [],
    clientCapabilities: new Set(['PARAMETRIC_DATETIME', 'PATH']),
    traceToken: undefined,
    remoteAddress: undefined,
    userAgent: undefined,
    startMicros: BigInt(Math.floor(nowMs)) * 1000n,
    transactionId: undefined,
    preparedStatements: new Map(),
    enabledRoles: new Map(),
    extraCredentials: new Map(),
    resourceEstimates: {},
    systemProperties: new Map(),
    catalogProperties: new Map(),
  };
}
