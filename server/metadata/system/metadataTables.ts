import type { PropertyMetadata, SchemaTableName } from '../../../spi/connector.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import type { Catalog, CatalogManager } from '../catalogManager.ts';
import { formatPropertyValue } from '../propertyValue.ts';
import { admits } from '../columnFilter.ts';
import { nameFilter } from '../listing.ts';
import { columnList, type RowsTable } from '../rowsTables.ts';
import type { CatalogReader, ListedMaterializedView } from './catalogReader.ts';

const SCHEMA = 'metadata';
const PROPERTY_COLUMNS = 'catalog_name, property_name, default_value, type, description';

/** system.metadata */
export function metadataTables(catalogs: CatalogManager, reader: CatalogReader): readonly RowsTable[] {
  const properties = (name: string, of: (catalog: Catalog) => readonly PropertyMetadata[] | undefined): RowsTable => ({
    schema: SCHEMA,
    name,
    columns: columnList(PROPERTY_COLUMNS),
    rows: (_, filter) =>
      Promise.resolve(
        sorted(catalogs).flatMap((catalog) => (admits(filter, 'catalog_name', catalog.name) ? propertyRows(catalog.name, of(catalog) ?? []) : [])),
      ),
  });
  return [
    {
      schema: SCHEMA,
      name: 'catalogs',
      columns: columnList('catalog_name, connector_id, connector_name'),
      rows: () => Promise.resolve(sorted(catalogs).map(({ name, connectorName }) => [name, name, connectorName])),
    },
    properties('table_properties', ({ connector }) => connector.tableProperties),
    properties('schema_properties', ({ connector }) => connector.schemaProperties),
    properties('column_properties', ({ connector }) => connector.columnProperties),
    properties('analyze_properties', ({ connector }) => connector.analyzeProperties),
    properties('materialized_view_properties', ({ connector }) => connector.materializedViewProperties),
    {
      schema: SCHEMA,
      name: 'materialized_views',
      columns: columnList(
        'catalog_name, schema_name, name, storage_catalog, storage_schema, storage_table, freshness, last_fresh_time: timestamp(9) with time zone, comment, definition',
      ),
      rows: async (session, filter) => {
        const admitted = (catalog: string, { schema, table }: SchemaTableName) =>
          admits(filter, 'catalog_name', catalog) && admits(filter, 'schema_name', schema) && admits(filter, 'name', table);
        return (await reader.materializedViews(session, admitted)).map(materializedViewRow);
      },
    },
    {
      schema: SCHEMA,
      name: 'table_comments',
      columns: columnList('catalog_name, schema_name, table_name, comment'),
      rows: (session, filter, signal) =>
        reader.each(session, filter.get('catalog_name'), signal, async ({ name, tables }) =>
          (await tables(nameFilter(filter, 'schema_name', 'table_name'), undefined)).map((table): Value[] => [
            name,
            table.name.schema,
            table.name.table,
            table.comment ?? null,
          ]),
        ),
    },
  ];
}

function materializedViewRow({ catalog, name, definition, freshness }: ListedMaterializedView): Value[] {
  const { refresh, comment, originalSql } = definition;
  const storage = refresh === undefined ? [null, null, null] : [refresh.storage.catalog, refresh.storage.schema, refresh.storage.table];
  const since: Value = refresh === undefined || freshness === 'FRESH' ? null : { epochMicros: BigInt(refresh.atMs) * 1000n, picosOfMicro: 0, zone: 'UTC' };
  return [catalog, name.schema, name.table, ...storage, freshness, since, comment ?? '', originalSql];
}

const sorted = (catalogs: CatalogManager): readonly Catalog[] => [...catalogs.catalogs()].sort((a, b) => (a.name < b.name ? -1 : 1));

function propertyRows(catalog: string, properties: readonly PropertyMetadata[]): Value[][] {
  return properties
    .filter((property) => property.hidden !== true)
    .map((property) => [catalog, property.name, formatPropertyValue(property.type, property.defaultValue), typeId(property.type), property.description]);
}
