// Asks a real Trino (TRINO_URL, with catalog.management=dynamic, on this machine) the statements of names.sql over the PostgreSQL of PG_URL and writes answers.jsonl:
//   TRINO_URL=http://localhost:8080 PG_URL=postgresql://postgres@localhost:5432/app node test/catalog/postgresql/oracle/names/record.ts
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { StatementAsker } from '../../../../sql/askServer.ts';
import { parseStatementLine } from '../statements.ts';
import { NAME_CATALOGS } from './catalogs.ts';

const { TRINO_URL, PG_URL } = process.env;
if (TRINO_URL === undefined || PG_URL === undefined) throw new Error('TRINO_URL and PG_URL say whom to ask');
const read = (file: string): string => readFileSync(path.join(import.meta.dirname, file), 'utf8');

const client = new pg.Client({ connectionString: PG_URL });
await client.connect();
await client.query(read('seed.sql'));
const asker = new StatementAsker(TRINO_URL);
const { host, pathname, username } = new URL(PG_URL);
const connection = { 'connection-url': `jdbc:postgresql://${host}${pathname}`, 'connection-user': username };
for (const [name, properties] of Object.entries(NAME_CATALOGS)) {
  const list = Object.entries({ ...connection, ...properties }).map(([key, value]) => `"${key}" = '${value}'`);
  const { error } = await asker.ask(`CREATE CATALOG ${name} USING postgresql WITH (${list.join(', ')})`, {});
  if (error !== undefined) throw new Error(error.message);
}
const lines: string[] = [];
for (const line of read('names.sql')
  .split('\n')
  .filter((text) => text !== '')) {
  const { sql, session } = parseStatementLine(line, 'answers');
  const { error, ...answer } = await asker.ask(sql, session);
  lines.push(JSON.stringify({ sql, session, ...(error === undefined ? answer : { error: { errorName: error.errorName, message: error.message } }) }));
}
writeFileSync(path.join(import.meta.dirname, 'answers.jsonl'), `${lines.join('\n')}\n`);
for (const name of Object.keys(NAME_CATALOGS)) await asker.ask(`DROP CATALOG ${name}`, {});
await client.query('DROP SCHEMA "CaseTwin" CASCADE; DROP SCHEMA casetwin CASCADE; DROP SCHEMA "caseMix" CASCADE');
await client.end();
asker.close();
