/**
 * Has the parser of a real Trino answer every line of test/server/sql/corpus again. A new case is a line {"sql": "…"}, with
 * "as": "expression", "type" or "rowPattern" where it is no statement, and "nodes": "" where the places of its nodes matter.
 *
 *     TRINO_LIB=/path/to/trino-server-476/lib [JAVA=/path/to/java] node test/tools/recordParser.ts
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const lib = process.env['TRINO_LIB'];
if (lib === undefined) throw new Error('TRINO_LIB must name the lib folder of a Trino server');
const java = process.env['JAVA'] ?? 'java';
const corpus = join(import.meta.dirname, '../server/sql/corpus');

for (const file of readdirSync(corpus)) {
  const path = join(corpus, file);
  const answers = execFileSync(java, ['-Xss64m', '-cp', join(lib, '*'), join(import.meta.dirname, 'RecordParser.java')], {
    input: readFileSync(path),
    maxBuffer: 2 ** 30,
  });
  writeFileSync(path, answers);
  console.log(`${file}: ${answers.toString().trimEnd().split('\n').length} answers`);
}
