// Asks a real Trino (TRINO_URL) for the answers in test/sql/*.slt and test/sql/recorded/*.jsonl: recordGolden.ts FILE…
// A .sql file (statements parted by `;` at the end of a line) is recorded into recorded/NAME.jsonl.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StatementAsker } from '../sql/askServer.ts';
import { type GoldenCase, type GoldenSession, readGoldenFile } from '../sql/goldenCase.ts';
import { blocks, formatAnswer, readSession } from '../sql/script.ts';

const ROWS_MAX = 500;
const NOT_REPEATABLE =
  /\b(now|rand|random|uuid|current_timestamp|current_time|current_date|localtime|localtimestamp|shuffle|tablesample|version|current_user|arbitrary|any_value|approx_most_frequent)\b/i;
const DEFAULT_SESSION: GoldenSession = { catalog: 'tpch', schema: 'tiny', tz: 'UTC' };

const url = process.env.TRINO_URL;
const files = process.argv.slice(2);
if (url === undefined || files.length === 0) {
  process.stderr.write('usage: TRINO_URL=http://host:port npm run golden:record -- FILE.slt|FILE.jsonl|FILE.sql …\n');
  process.exit(1);
}
const asker = new StatementAsker(url);

for (const file of files) {
  if (file.endsWith('.slt')) writeFileSync(file, await recordScript(readFileSync(file, 'utf8')));
  else if (file.endsWith('.jsonl')) writeFileSync(file, await recordCases(readGoldenFile(file)));
  else if (file.endsWith('.sql')) {
    const statements = readFileSync(file, 'utf8').split(/;[ \t]*(?:\n|$)/);
    const cases = statements.map((sql) => sql.replace(/^\s*(?:--.*\n\s*)*/, '').trim()).filter((sql) => sql !== '');
    const target = path.join(import.meta.dirname, '../sql/recorded', `${path.basename(file, '.sql')}.jsonl`);
    writeFileSync(target, await recordCases(cases.map((sql) => ({ sql, session: DEFAULT_SESSION }))));
  } else throw new Error(`not a kind of golden file: ${file}`);
}
asker.close();

async function recordScript(text: string): Promise<string> {
  let session: GoldenSession = {};
  const out: string[] = [];
  for (const block of blocks(text)) {
    const lines = block.split('\n');
    const statement = lines.filter((line) => !line.startsWith('#'));
    if (statement[0]?.startsWith('session ') === true) session = readSession(statement[0]);
    if (statement.length === 0 || statement[0]?.startsWith('session ') === true) {
      out.push(block);
      continue;
    }
    const rule = lines.indexOf('----');
    const kept = rule < 0 ? lines : lines.slice(0, rule);
    const sql = kept.filter((line) => !line.startsWith('#')).join('\n');
    out.push(`${kept.join('\n')}\n----\n${formatAnswer(await asker.ask(sql, session))}`);
  }
  return `${out.join('\n\n')}\n`;
}

async function recordCases(cases: readonly Pick<GoldenCase, 'sql' | 'session'>[]): Promise<string> {
  const lines: string[] = [];
  for (const { sql, session } of cases) {
    const answer = await asker.ask(sql, session);
    const truncated = (answer.rows?.length ?? 0) > ROWS_MAX;
    const rows = answer.rows?.slice(0, ROWS_MAX);
    const error = answer.error === undefined ? {} : { error: pickError(answer.error) };
    const facts = { ...(truncated ? { truncated } : {}), ...(NOT_REPEATABLE.test(sql) ? { nondet: true } : {}) };
    lines.push(JSON.stringify({ sql, session, ...answer, ...(rows === undefined ? {} : { rows }), ...error, ...facts }).replaceAll(/"(-?\d{16,})n"/g, '$1'));
  }
  return `${lines.join('\n')}\n`;
}

function pickError({ errorName, errorCode, errorType, message, errorLocation }: NonNullable<GoldenCase['error']>): GoldenCase['error'] {
  return {
    errorName,
    message,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorType === undefined ? {} : { errorType }),
    ...(errorLocation === undefined ? {} : { errorLocation }),
  };
}
