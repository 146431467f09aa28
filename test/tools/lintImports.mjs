// Which folder may import which. To change the architecture, change this table in a commit of its own and say why.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';

const ENGINE = [
  'spi',
  'server/sql',
  'server/function',
  'server/plan',
  'server/metadata',
  'server/analyzer',
  'server/planner',
  'server/executor',
  'server/query',
  'server/protocol',
];
const upTo = (folder) => ENGINE.slice(0, ENGINE.indexOf(folder) + 1);
const ALLOWED = {
  spi: ['spi'],
  'server/config': ['spi', 'server/config'],
  ...Object.fromEntries(
    ENGINE.slice(1).map((folder) => [folder, folder === 'server/query' || folder === 'server/protocol' ? [...upTo(folder), 'server/config'] : upTo(folder)]),
  ),
  server: [...ENGINE, 'server/config', 'server', 'catalog'],
  catalog: ['spi'],
  loader: ['spi', 'loader'],
};

const folderOf = (file) => {
  const [first, second] = file.split('/');
  if (first === 'server') return file.split('/').length > 2 ? `server/${second}` : 'server';
  return first;
};

const root = path.resolve(import.meta.dirname, '../..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'spi', 'server', 'catalog', 'loader'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file.endsWith('.ts'));
let wrong = 0;
for (const file of files) {
  const allowed = ALLOWED[folderOf(file)];
  let text;
  try {
    text = readFileSync(path.join(root, file), 'utf8');
  } catch {
    continue; // removed but not committed yet
  }
  for (const [, target] of text.matchAll(/^(?:import|export)[^'"]*?from '(\.[^']+)'/gms)) {
    const to = path.relative(root, path.resolve(root, path.dirname(file), target));
    const sameConnector = file.startsWith('catalog/') && to.startsWith(`${file.split('/').slice(0, 2).join('/')}/`);
    if (!sameConnector && !(allowed ?? []).includes(folderOf(to))) {
      console.error(`${file}: must not import ${to}`);
      wrong++;
    }
  }
}
console.log(`${files.length} files, ${wrong} forbidden imports`);
process.exit(wrong === 0 ? 0 : 1);
