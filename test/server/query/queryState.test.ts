import { describe, expect, it } from 'vitest';
import { TrinoError } from '../../../spi/trinoError.ts';
import { QueryIdGenerator } from '../../../server/query/queryId.ts';
import { QueryStateMachine, toTrinoError } from '../../../server/query/queryState.ts';

describe('the states of a query', () => {
  it('only move on, and the first end stays', () => {
    let now = 0;
    const states = new QueryStateMachine(() => now);
    now = 5;
    expect(states.advance('PLANNING')).toBe(true);
    expect(states.advance('QUEUED')).toBe(false);
    now = 9;
    expect(states.fail(new TrinoError('USER_CANCELED', undefined, 'x'))).toBe(true);
    expect(states.advance('FINISHED')).toBe(false);
    expect([states.state, states.error?.errorName, states.elapsedMs(), states.durationMs('QUEUED')]).toEqual(['FAILED', 'USER_CANCELED', 9, 5]);
  });

  it('wake those who wait', async () => {
    const states = new QueryStateMachine(() => 0);
    const waiting = states.wait(() => states.done, 60_000);
    states.advance('FINISHED');
    await waiting;
    expect(states.done).toBe(true);
  });

  it('turn a plain error into GENERIC_INTERNAL_ERROR and a deep recursion into STACK_OVERFLOW', () => {
    expect(toTrinoError(new Error('oops')).errorName).toBe('GENERIC_INTERNAL_ERROR');
    expect(toTrinoError(new RangeError('Maximum call stack size exceeded')).errorName).toBe('STACK_OVERFLOW');
  });
});

describe('query ids', () => {
  it("have Trino's form and count anew each day", () => {
    let now = new Date('2026-01-31T23:59:59Z');
    const ids = new QueryIdGenerator(
      () => now,
      () => 0,
    );
    expect([ids.next(), ids.next()]).toEqual(['20260131_235959_00000_aaaaa', '20260131_235959_00001_aaaaa']);
    now = new Date('2026-02-01T00:00:00Z');
    expect(ids.next()).toBe('20260201_000000_00000_aaaaa');
  });
});
