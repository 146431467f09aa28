/** Writes catalog/tpch/generator/textPool.index; with --check only compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { computeTextPoolIndex, TEXT_POOL_INDEX_FILE } from '../../catalog/tpch/generator/textPool.ts';

const { seeds, leads } = computeTextPoolIndex();
const bytes = Buffer.concat([Buffer.from(seeds.buffer), Buffer.from(leads.buffer)]);
if (!process.argv.includes('--check')) writeFileSync(TEXT_POOL_INDEX_FILE, bytes);
else if (!readFileSync(TEXT_POOL_INDEX_FILE).equals(bytes)) {
  console.error('textPool.index differs from what the code generates: run node test/tools/tpchTextPoolIndex.ts');
  process.exitCode = 1;
}
