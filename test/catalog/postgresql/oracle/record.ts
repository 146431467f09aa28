// Asks a real Trino (TRINO_URL, over the PostgreSQL of PG_URL) the statements of *.sql and writes its answers to ../fixtures:
//   TRINO_URL=http://localhost:8080 PG_URL=postgresql://postgres@localhost:5432/app node test/catalog/postgresql/oracle/record.ts [types rules …]
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { StatementAsker } from '../../../sql/askServer.ts';
import { readStatementFile } from './statements.ts';

const { TRINO_URL, PG_URL } = process.env;
if (TRINO_URL === undefined || PG_URL === undefined) throw new Error('TRINO_URL and PG_URL say whom to ask');

const client = new pg.Client({ connectionString: PG_URL });
await client.connect();
const asker = new StatementAsker(TRINO_URL);
const named = process.argv.slice(2);
const all = readdirSync(import.meta.dirname).flatMap((file) => (file.endsWith('.sql') && !file.endsWith('seed.sql') ? [file.replace(/\.sql$/, '')] : []));
for (const name of named.length > 0 ? named : [...all, 'rules']) {
  const { seed, schema, statements } = readStatementFile(name);
  await client.query(seed);
  const lines: string[] = [];
  for (const { sql, session } of statements) {
    const { error, ...answer } = await asker.ask(sql, session);
    const shown =
      error === undefined
        ? answer
        : {
            error: { errorName: error.errorName, message: error.message, ...(error.errorLocation === undefined ? {} : { errorLocation: error.errorLocation }) },
          };
    lines.push(JSON.stringify({ sql, session, ...shown }));
  }
  const target = path.join(import.meta.dirname, '..', 'fixtures', `${name}.jsonl`);
  writeFileSync(target, `${lines.join('\n')}\n`);
  console.log(`${lines.length} answers in ${target}`);
  await client.query(`DROP SCHEMA ${schema} CASCADE; DROP SERVER IF EXISTS answers_server; DROP FOREIGN DATA WRAPPER IF EXISTS answers_wrapper`);
}
await client.end();
asker.close();
