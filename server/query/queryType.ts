import type { Statement } from '../sql/ast.ts';

/** Trino's QueryType: what the list of queries and the limits go by. */
export function queryType(statement: Statement): string {
  switch (statement.kind) {
    case 'query':
      return 'SELECT';
    case 'insert':
    case 'createTableAsSelect':
    case 'refreshMaterializedView':
      return 'INSERT';
    case 'update':
      return 'UPDATE';
    case 'delete':
      return 'DELETE';
    case 'merge':
      return 'MERGE';
    case 'analyze':
      return 'ANALYZE';
    case 'explain':
    case 'explainAnalyze':
      return 'EXPLAIN';
    case 'tableExecute':
      return 'ALTER_TABLE_EXECUTE';
    case 'describeInput':
    case 'describeOutput':
      return 'DESCRIBE';
    default:
      return statement.kind.startsWith('show') ? 'DESCRIBE' : 'DATA_DEFINITION';
  }
}
