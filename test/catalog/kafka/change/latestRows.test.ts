import { expect, test } from 'vitest';
import { UnorderedHistory } from '../../../../catalog/kafka/change/history.ts';
import { type KeyedChange, LatestRows } from '../../../../catalog/kafka/change/latestRows.ts';
import { UnavailableValue } from '../../../../catalog/kafka/change/unavailableValue.ts';
import { BIGINT, VARCHAR } from '../../../../spi/type.ts';

const LEFT_OUT = '?';
const options = { topic: 't', types: [BIGINT, VARCHAR], unavailable: new UnavailableValue(LEFT_OUT), lenient: false };

/** The same numbers each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

interface Told {
  readonly change: KeyedChange | 'truncate';
  readonly order: bigint;
  /** What the row is after it. */
  readonly text: string | undefined;
}

/** The life of some rows, as a database would tell it. */
function lives(random: (below: number) => number): readonly Told[] {
  const rows = new Map<string, string>();
  return Array.from({ length: 60 }, (_, i): Told => {
    const order = BigInt(i + 1);
    const key = `k${random(3)}`;
    const before = rows.get(key);
    const choice = random(10);
    if (choice === 0 && random(3) === 0) {
      rows.clear();
      return { change: 'truncate', order, text: undefined };
    }
    if (before === undefined || choice > 6) {
      const text = `text ${i}`;
      rows.set(key, text);
      return { change: { key, deleted: false, values: [order, text], order }, order, text };
    }
    if (choice < 3) {
      rows.delete(key);
      return { change: { key, deleted: true, values: [order, null], order }, order, text: undefined };
    }
    return { change: { key, deleted: false, values: [order, LEFT_OUT], order }, order, text: before };
  });
}

test('in whatever order changes are read, rows and their history come out as they were', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = numbers(seed);
    const told = lives(random);
    const read = told.map((change) => ({ change, at: random(1_000_000) })).toSorted((a, b) => a.at - b.at);
    const latest = new LatestRows(options, true);
    const history = new UnorderedHistory(options);
    const found = new Map<bigint, unknown>();
    for (const {
      change: { change, order },
    } of read) {
      if (change === 'truncate') {
        latest.truncate(order);
        history.truncate(order);
        continue;
      }
      latest.apply(change);
      const values = history.note(change);
      if (values !== undefined) found.set(order, values[1]);
    }
    for (const {
      change: { change },
    } of read.toReversed())
      if (change !== 'truncate') history.lend(change);
    for (const [order, text] of history.completed()) found.set(BigInt(String(order)), text);
    const expected = new Map<string, string>();
    for (const { change, order, text } of told) {
      if (change === 'truncate') expected.clear();
      else if (text === undefined) expected.delete(change.key);
      else expected.set(change.key, text);
      if (change !== 'truncate') expect([seed, order, found.get(order)]).toEqual([seed, order, text ?? null]);
    }
    expect([seed, ...[...latest.current()].map(([, text]) => text).toSorted()]).toEqual([seed, ...[...expected.values()].toSorted()]);
  }
});

test('a value of a row that was deleted is not lent to the next one, though what made that one is gone', () => {
  const changes: readonly KeyedChange[] = [
    { key: 'k', deleted: false, values: [1n, 'of the row before'], order: 1n },
    { key: 'k', deleted: true, values: [2n, null], order: 2n },
    { key: 'k', deleted: false, values: [4n, LEFT_OUT], order: 4n },
  ];
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  for (const order of orders) {
    const latest = new LatestRows(options, true);
    const lenient = new LatestRows({ ...options, lenient: true }, true);
    const history = new UnorderedHistory(options);
    for (const change of order.flatMap((i) => changes[i] ?? [])) {
      latest.apply(change);
      lenient.apply(change);
      history.note(change);
    }
    for (const change of changes) history.lend(change);
    expect(() => [...latest.current()]).toThrow('leaves out a value');
    expect(() => [...history.completed()]).toThrow('leaves out a value');
    expect([...lenient.current()]).toEqual([[4n, null]]);
  }
});
