import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../../rig/server.ts';
import { outcome, request } from '../../rig/statementProtocol.ts';

const LOG = path.join(mkdtempSync(path.join(os.tmpdir(), 'lepton-events-')), 'events.jsonl');
const JOIN = `SELECT n.name, count(*) FROM tpch.tiny.customer c JOIN tpch.tiny.nation n ON c.nationkey = n.nationkey GROUP BY 1`;

describe('what is told of a query', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ config: `lepton.event-log.path=${LOG}\n` });
  });
  afterAll(async () => {
    await server?.close();
    rmSync(path.dirname(LOG), { recursive: true, force: true });
  });

  async function info(sql: string) {
    const { last } = await outcome(server.url, sql);
    return JSON.parse((await request('GET', `${server.url}/v1/query/${last.body.id}`)).text);
  }

  it('are the tables that it reads, as Trino lists them', async () => {
    const { inputs, output, outputStage, queryId } = await info(JOIN);
    const place = { connectorName: 'tpch', catalogName: 'tpch', catalogVersion: 'default', schema: 'tiny' };
    const tables = new Map<string, { readonly columns: unknown }>(inputs.map((input: { table: string }) => [input.table, input]));
    expect(tables.size).toBe(2);
    expect(tables.get('customer')).toMatchObject({ ...place, columns: [{ name: 'nationkey', type: 'bigint' }] });
    expect(tables.get('nation')).toMatchObject({ ...place, fragmentId: '0' });
    expect(tables.get('nation')?.columns).toEqual(
      expect.arrayContaining([
        { name: 'nationkey', type: 'bigint' },
        { name: 'name', type: 'varchar(25)' },
      ]),
    );
    expect(output).toBeUndefined();
    expect(outputStage).toMatchObject({ stageId: `${queryId}.0`, state: 'FINISHED', types: ['varchar(25)', 'bigint'], subStages: [] });
    expect(outputStage.stageStats).toMatchObject({ outputPositions: 25, physicalInputPositions: 1525 });
    expect(Object.keys(outputStage.tables).sort()).toEqual(inputs.map((input: { planNodeId: string }) => input.planNodeId).sort());
  });

  it('is the table that it writes, also in the event log', async () => {
    const { output, inputs, queryId } = await info('CREATE TABLE memory.default.told AS SELECT nationkey, upper(name) AS n2 FROM tpch.tiny.nation');
    expect(output).toEqual({
      catalogName: 'memory',
      catalogVersion: 'default',
      schema: 'default',
      table: 'told',
      columns: [{ column: { name: 'nationkey', type: 'bigint' } }, { column: { name: 'n2', type: 'varchar(25)' } }],
    });
    expect(inputs).toHaveLength(1);
    const inserted = await info('INSERT INTO memory.default.told (n2) SELECT name FROM tpch.tiny.region');
    expect(inserted.output).toMatchObject({ table: 'told' });
    expect(inserted.inputs).toMatchObject([{ table: 'region', columns: [{ name: 'name', type: 'varchar(25)' }] }]);
    const events = (): readonly { metadata: { queryId: string }; ioMetadata: unknown }[] =>
      readFileSync(LOG, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line));
    const written = () => events().find(({ metadata }) => metadata.queryId === queryId)?.ioMetadata;
    await expect.poll(written, { timeout: 30_000 }).toMatchObject({
      inputs: [{ connectorName: 'tpch', catalogName: 'tpch', schema: 'tiny', table: 'nation' }],
      output: { catalogName: 'memory', schema: 'default', table: 'told', columns: [{ columnName: 'nationkey', columnType: 'bigint' }, { columnName: 'n2' }] },
    });
  });

  it('is nothing for statements without a plan and those that fail before it', async () => {
    for (const sql of ['SET TIME ZONE LOCAL', 'SELECT nope']) {
      const told = await info(sql);
      expect([told.inputs, told.output, told.outputStage]).toEqual([[], undefined, undefined]);
    }
  });

  it('is a failed stage when rows fail', async () => {
    const { outputStage, state } = await info('SELECT 1 / (nationkey - nationkey) FROM tpch.tiny.nation');
    expect([state, outputStage.state]).toEqual(['FAILED', 'FAILED']);
  });
});
