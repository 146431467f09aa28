// Asks a real Trino (TRINO_URL, over the PostgreSQL of PG_URL) the statements of *.sql and writes its answers to ../fixtures:
//   TRINO_URL=http://localhost:8080 PG_URL=postgresql://postgres@localhost:5432/app node test/catalog/postgresql/oracle/record.ts [file.sql …]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { StatementAsker } from '../../../sql/askServer.ts';
import { readStatements } from './statements.ts';

const { TRINO_URL, PG_URL } = process.env;
if (TRINO_URL === undefined || PG_URL === undefined) throw new Error('TRINO_URL and PG_URL say whom to ask');

const client = new pg.Client({ connectionString: PG_URL });
await client.connect();
const asker = new StatementAsker(TRINO_URL);
const named = process.argv.slice(2);
const files = named.length > 0 ? named : readdirSync(import.meta.dirname).filter((name) => name.endsWith('.sql') && name !== 'seed.sql');
for (const file of files) {
  await client.query(readFileSync(path.join(import.meta.dirname, 'seed.sql'), 'utf8'));
  const lines: string[] = [];
  for (const { sql, session } of readStatements(path.join(import.meta.dirname, file))) {
    const { error, ...answer } = await asker.ask(sql, session);
    const shown =
      error === undefined
        ? answer
        : {
            error: { errorName: error.errorName, message: error.message, ...(error.errorLocation === undefined ? {} : { errorLocation: error.errorLocation }) },
          };
    lines.push(JSON.stringify({ sql, session, ...shown }));
  }
  const target = path.join(import.meta.dirname, '..', 'fixtures', file.replace(/\.sql$/, '.jsonl'));
  writeFileSync(target, `${lines.join('\n')}\n`);
  console.log(`${lines.length} answers in ${target}`);
}
await client.query('DROP SCHEMA answers CASCADE; DROP SERVER answers_server; DROP FOREIGN DATA WRAPPER answers_wrapper');
await client.end();
asker.close();
