import { readFileSync } from 'node:fs';
import { compare, type GoldenCase } from '../server/analyzer/goldenComparison.ts';
import { fakeMetadata } from '../server/analyzer/testMetadata.ts';

// node test/tools/analyzeGolden.ts FILE.jsonl …: how much of what a real Trino answered the analysis alone gets right.
const metadata = fakeMetadata();
const verbose = process.argv.includes('--show');
for (const file of process.argv.slice(2).filter((argument) => !argument.startsWith('--'))) {
  const counts = { equal: 0, later: 0, refused: 0, different: 0 };
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  for (const line of lines) {
    const golden = JSON.parse(line) as GoldenCase;
    const outcome = compare(golden, metadata);
    counts[outcome.kind]++;
    if (!verbose || !('ours' in outcome)) continue;
    const theirs = golden.error === undefined ? JSON.stringify(golden.columns) : `${golden.error.errorName}: ${golden.error.message}`;
    console.log(`${golden.sql}\n  trino: ${theirs}\n  ours:  ${outcome.ours.split('\n').slice(0, 4).join('\n')}`);
  }
  const share = ((100 * (counts.equal + counts.later)) / Math.max(1, lines.length)).toFixed(2);
  console.log(
    `${file}: ${lines.length} statements, ${counts.equal} equal, ${counts.later} left to execution, ${counts.refused} refused, ${counts.different} different (${share} %)`,
  );
}
