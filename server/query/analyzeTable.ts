import { TrinoError } from '../../spi/trinoError.ts';
import { qualifiedNameText } from '../metadata/metadata.ts';
import type { Property, StatementOf } from '../sql/ast.ts';
import type { Execution } from './execution.ts';
import { quoted } from './rewrite/sqlText.ts';
import { completeProperties } from './tasks/properties.ts';
import { findRelation } from './tasks/tableLookup.ts';
import { type TaskContext, notSupported } from './tasks/task.ts';

/** ANALYZE as the query that reads what it counts. */
export async function countOfAnalyzed(context: TaskContext, statement: StatementOf<'analyze'>): Promise<string> {
  const { name, part, table, view } = await findRelation(context, statement.name, statement.location);
  if (view !== undefined) throw new TrinoError('NOT_SUPPORTED', statement.location, 'Analyzing views is not supported');
  if (table === undefined) throw new TrinoError('TABLE_NOT_FOUND', statement.location, `Table '${qualifiedNameText(name)}' does not exist`);
  checkDistinct(statement.properties);
  const known = part.connector.analyzeProperties ?? [];
  completeProperties(context, statement.properties, { code: 'INVALID_ANALYZE_PROPERTY', what: 'analyze', catalog: name.catalog, known });
  if (part.connector.analyzesTables !== true) throw notSupported('analyze');
  context.transaction.checkWrite(name.catalog);
  return `SELECT count(*) AS rows FROM ${[name.catalog, name.schema, name.object].map(quoted).join('.')}`;
}

function checkDistinct(properties: readonly Property[]): void {
  const seen = new Set<string>();
  for (const { name, location } of properties) {
    if (seen.has(name.value)) throw new TrinoError('DUPLICATE_PROPERTY', location, `Duplicate property: ${name.value}`);
    seen.add(name.value);
  }
}

/** A query of one row with one bigint, told as the count of what a statement has done. */
export function countedExecution(updateType: string, counting: Execution): Execution {
  let count: bigint | undefined;
  return {
    columns: counting.columns,
    updateType,
    updateCount: () => count,
    nextPage: async () => {
      const page = await counting.nextPage();
      const digits = page === undefined ? undefined : /\d+/.exec(Buffer.concat(page.parts).toString('latin1'))?.[0];
      if (digits !== undefined) count = BigInt(digits);
      return page;
    },
    stopReading: () => {},
    statistics: () => counting.statistics(),
    close: () => counting.close(),
  };
}
