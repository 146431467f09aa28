/** Copies the tables of Trino's tpcds catalog into another server: copyTpcds.ts --from URL --to URL [--schema tiny] [--target memory.tpcds_tiny] [--only table,…]. */
import { parseArgs } from 'node:util';
import { pages, run, type ServerSession, type WireRow, type WireValue } from '../rig/statementClient.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: 'http://localhost:18080' },
    to: { type: 'string', default: 'http://localhost:8080' },
    schema: { type: 'string', default: 'tiny' },
    target: { type: 'string', default: 'memory.tpcds_tiny' },
    only: { type: 'string' },
  },
});
const STATEMENT_CHARACTERS_MAX = 900_000;
const source: ServerSession = { url: values.from, catalog: 'tpcds', schema: values.schema };
const target: ServerSession = { url: values.to };

await run(target, `CREATE SCHEMA IF NOT EXISTS ${values.target}`);
const tables = values.only?.split(',') ?? (await run(source, 'SHOW TABLES')).rows.map(([name]) => String(name));
for (const table of tables) {
  if (table === 'dbgen_version') continue;
  const started = performance.now();
  const name = `${values.target}.${table}`;
  await run(target, `DROP TABLE IF EXISTS ${name}`);
  const rows = table === 'customer_demographics' ? await createDemographics(name) : await copy(table, name);
  console.log(`${name}: ${rows} rows in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function copy(table: string, name: string): Promise<number> {
  const columns = (await run(source, `SHOW COLUMNS FROM ${table}`)).rows.map(([column, type]) => ({ column: String(column), type: String(type) }));
  await run(target, `CREATE TABLE ${name} (${columns.map(({ column, type }) => `${column} ${type}`).join(', ')})`);
  const casts = columns.map(({ column, type }) => `CAST(${column} AS ${type})`).join(', ');
  const head = `INSERT INTO ${name} SELECT ${casts} FROM (VALUES `;
  const tail = `) AS t (${columns.map(({ column }) => column).join(', ')})`;
  let batch: string[] = [];
  let characters = 0;
  let count = 0;
  const flush = async () => {
    if (batch.length > 0) await run(target, head + batch.join(', ') + tail);
    batch = [];
    characters = 0;
  };
  for await (const page of pages(source, `SELECT * FROM ${table}`)) {
    for (const row of page.rows) {
      const text = tuple(row);
      if (characters + text.length > STATEMENT_CHARACTERS_MAX) await flush();
      batch.push(text);
      characters += text.length + 2;
      count++;
    }
  }
  await flush();
  return count;
}

function tuple(row: WireRow): string {
  return `(${row.map(literal).join(', ')})`;
}

/** Text is cast to the column's type by the statement around it. */
function literal(value: WireValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error('TPC-DS has no nested values');
}

/** 1,920,800 rows at every scale: all combinations of its attributes, too many to send. */
async function createDemographics(name: string): Promise<number> {
  const pick = (type: string, words: readonly string[], step: number) =>
    `CAST(ARRAY[${words.map((word) => `'${word}'`).join(', ')}][n / ${step} % ${words.length} + 1] AS ${type})`;
  const education = ['Primary', 'Secondary', 'College', '2 yr Degree', '4 yr Degree', 'Advanced Degree', 'Unknown'];
  await run(
    target,
    `CREATE TABLE ${name} AS SELECT
  CAST(n + 1 AS bigint) cd_demo_sk,
  ${pick('char(1)', ['M', 'F'], 1)} cd_gender,
  ${pick('char(1)', ['M', 'S', 'D', 'W', 'U'], 2)} cd_marital_status,
  ${pick('char(20)', education, 10)} cd_education_status,
  CAST(500 * (n / 70 % 20 + 1) AS integer) cd_purchase_estimate,
  ${pick('char(10)', ['Good', 'Low Risk', 'High Risk', 'Unknown'], 1400)} cd_credit_rating,
  CAST(n / 5600 % 7 AS integer) cd_dep_count,
  CAST(n / 39200 % 7 AS integer) cd_dep_employed_count,
  CAST(n / 274400 % 7 AS integer) cd_dep_college_count
FROM (SELECT a * 1372 + b AS n FROM UNNEST(sequence(0, 1399)) AS t (a) CROSS JOIN UNNEST(sequence(0, 1371)) AS u (b)) AS numbers`,
  );
  return Number((await run(target, `SELECT count(*) FROM ${name}`)).rows[0]?.[0]);
}
