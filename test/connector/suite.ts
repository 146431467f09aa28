import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withStoredViews } from '../../server/metadata/views/storedViews.ts';
import { ViewStore } from '../../server/metadata/views/viewStore.ts';
import type { Connector, ConnectorTransaction, SchemaTableName } from '../../spi/connector.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { useSessionProperties } from './connectorContext.ts';
import { inTransaction, type Row } from './rows.ts';
import type { TestEngine } from './testEngine.ts';

/** What a connector offers, by the member of ConnectorTransaction that offers it. */
const CAPABILITIES = {
  createSchema: 'createSchema',
  dropSchema: 'dropSchema',
  renameSchema: 'renameSchema',
  createTable: 'createTable',
  dropTable: 'dropTable',
  renameTable: 'renameTable',
  setTableProperties: 'setTableProperties',
  tableComment: 'setTableComment',
  columnComment: 'setColumnComment',
  addColumn: 'addColumn',
  dropColumn: 'dropColumn',
  renameColumn: 'renameColumn',
  setColumnType: 'setColumnType',
  dropNotNull: 'dropNotNull',
  truncate: 'truncateTable',
  createView: 'createView',
  dropView: 'dropView',
  renameView: 'renameView',
  viewComment: 'setViewComment',
  viewColumnComment: 'setViewColumnComment',
  viewOwner: 'setViewOwner',
  createMaterializedView: 'createMaterializedView',
  dropMaterializedView: 'dropMaterializedView',
  renameMaterializedView: 'renameMaterializedView',
  materializedViewProperties: 'setMaterializedViewProperties',
  materializedViewColumnComment: 'setMaterializedViewColumnComment',
  dataVersion: 'getDataVersion',
  rowsSince: 'rowsSince',
  createTableAs: 'beginCreateTable',
  insert: 'beginInsert',
  merge: 'beginMerge',
  delete: 'executeDelete',
  update: 'applyUpdate',
  statistics: 'getStatistics',
  filterPushdown: 'applyFilter',
  limitPushdown: 'applyLimit',
  topNPushdown: 'applyTopN',
  aggregationPushdown: 'applyAggregation',
  projectionPushdown: 'applyProjection',
  joinPushdown: 'applyJoin',
} as const satisfies Record<string, keyof ConnectorTransaction>;

export type Capability = keyof typeof CAPABILITIES;

/** What the engine leaves to a connector, or refuses, because the connector says so. */
const FEATURES = [
  'notNullColumns',
  'versionedTables',
  'multiStatementWrites',
  'analyzesTables',
  'discardsRows',
] as const satisfies readonly (keyof Connector)[];

export type Feature = (typeof FEATURES)[number] | 'supportsMissingColumnsOnInsert';

/** What the engine's store of views gives to every catalog … */
export const MATERIALIZED_VIEWS = [
  'createMaterializedView',
  'dropMaterializedView',
  'renameMaterializedView',
  'materializedViewProperties',
  'materializedViewColumnComment',
] as const satisfies readonly Capability[];
/** … and to those that cannot keep views themselves. */
export const STORED_VIEWS = ['createView', 'dropView', 'renameView', 'viewComment', 'viewColumnComment', 'viewOwner'] as const satisfies readonly Capability[];

export interface Fixture {
  readonly connector: Connector;
  /** Where tables may be created, when the connector can. */
  readonly schema: string;
  /** A table with rows that nobody changes, and the column and value of an equality that selects some of them. */
  readonly sample?: { readonly name: SchemaTableName; readonly column: string; readonly value: Row[number]; readonly rowCount?: number };
  /** Tables forget what is written (blackhole). */
  readonly forgets?: boolean;
  /** A table that another query drops is gone for one that has found it and not begun to read it. */
  readonly dropsAtOnce?: boolean;
  readonly engine?: TestEngine;
  close(): Promise<void>;
}

export interface SuiteOptions {
  make(): Promise<Fixture>;
  /** How long the start of what is behind the connector may take. */
  readonly startMs?: number;
  readonly capabilities: readonly Capability[];
  readonly features: readonly Feature[];
}

/** The behaviours that every catalog shares, as the engine offers it: with the store of views. A capability that is offered but not claimed fails, and so does one that is claimed but not offered. */
export function connectorSuite(name: string, { make, startMs = 180_000, capabilities, features }: SuiteOptions): void {
  describe(`${name} connector`, () => {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-suite-views-'));
    const store = new ViewStore(path.join(dir, 'views.sqlite'));
    let fixture: Fixture;
    let made: Fixture | undefined;
    beforeAll(async () => {
      made = await make();
      fixture = { ...made, connector: withStoredViews(name, made.connector, store) };
      useSessionProperties(fixture.connector);
    }, startMs);
    afterAll(async () => {
      await made?.close();
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    }, startMs);

    for (const capability of Object.keys(CAPABILITIES).filter(isCapability)) {
      const claimed = capabilities.includes(capability);
      test(`${claimed ? 'can' : 'cannot'} ${capability}`, async () => {
        await inTransaction(fixture.connector, async (transaction) => {
          expect(typeof transaction[CAPABILITIES[capability]]).toBe(claimed ? 'function' : 'undefined');
        });
      });
    }
    for (const feature of FEATURES) {
      const claimed = features.includes(feature);
      test(`${claimed ? 'has' : 'has no'} ${feature}`, () => expect(fixture.connector[feature] === true).toBe(claimed));
    }
    const leavesDefaults = features.includes('supportsMissingColumnsOnInsert');
    test(`${leavesDefaults ? 'decides' : 'does not decide'} about columns that INSERT leaves out`, () =>
      inTransaction(fixture.connector, async (transaction) => expect(transaction.supportsMissingColumnsOnInsert === true).toBe(leavesDefaults)));
    for (const { title, needs, features: wanted = [], run } of BEHAVIOURS) {
      if (needs.every((capability) => capabilities.includes(capability)) && wanted.every((feature) => features.includes(feature)))
        test(title, () => run(fixture));
    }
  });
}

const isCapability = (name: string): name is Capability => Object.hasOwn(CAPABILITIES, name);
