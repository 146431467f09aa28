import { TrinoError } from '../../../spi/trinoError.ts';
import { qualifiedNameText } from '../../metadata/metadata.ts';
import type { Principal, StatementOf } from '../../sql/ast.ts';
import { findRelation } from './tableLookup.ts';
import { catalogPart, schemaExists, schemaName, type TaskContext } from './task.ts';

/** No catalog here has owners of schemas and tables; what is not there is told first, as in Trino. */
export async function setSchemaAuthorization(context: TaskContext, statement: StatementOf<'setSchemaAuthorization'>): Promise<never> {
  const { location, principal } = statement;
  const { catalog, schema } = schemaName(context, statement.name.parts, location);
  if (!context.transaction.catalogExists(catalog) || !(await schemaExists(catalogPart(context, catalog, location), schema))) {
    throw new TrinoError('SCHEMA_NOT_FOUND', location, `Schema '${catalog}.${schema}' does not exist`);
  }
  throw refusal(principal, location, catalog);
}

export async function setTableAuthorization(context: TaskContext, { name, location, principal }: StatementOf<'setTableAuthorization'>): Promise<never> {
  const relation = await findRelation(context, name, location);
  if (relation.table === undefined) throw new TrinoError('TABLE_NOT_FOUND', location, `Table '${qualifiedNameText(relation.name)}' does not exist`);
  throw refusal(principal, location, relation.name.catalog);
}

function refusal(principal: Principal, location: StatementOf<'setTableAuthorization'>['location'], catalog: string): TrinoError {
  if (principal.type === 'ROLE') return new TrinoError('ROLE_NOT_FOUND', location, `Role '${principal.name.value}' does not exist`);
  return new TrinoError('NOT_SUPPORTED', undefined, `Catalog does not support permission management: ${catalog}`);
}
