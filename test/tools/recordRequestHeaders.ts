import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { answerTo } from '../server/protocol/requestHeaderCase.ts';

/** Asks a real Trino anew for every line of requestHeaders.jsonl: recordRequestHeaders.ts http://host:port */
const [url = 'http://localhost:8080'] = process.argv.slice(2);
const file = path.join(import.meta.dirname, '../server/protocol/requestHeaders.jsonl');
const lines: string[] = [];
for (const line of readFileSync(file, 'utf8').split('\n')) {
  if (line === '') continue;
  const { headers, sql } = JSON.parse(line);
  lines.push(JSON.stringify({ headers, sql, answer: await answerTo(url, { headers, sql }) }));
}
writeFileSync(file, `${lines.join('\n')}\n`);
