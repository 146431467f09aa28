import { type Type, typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import type { CatalogManager } from '../catalogManager.ts';
import { admits } from '../columnFilter.ts';
import { nameFilter } from '../listing.ts';
import { columnList, type RowsTable } from '../rowsTables.ts';
import type { CatalogReader } from './catalogReader.ts';
import { JDBC_TYPE_ROWS } from './jdbcTypeRows.ts';
import { columnSize, decimalDigits, jdbcType, octetLength, radix } from './jdbcTypes.ts';

const SCHEMA = 'jdbc';
const TABLE_TYPES = ['TABLE', 'VIEW'];
const COLUMN_NO_NULLS = 0n;
const COLUMN_NULLABLE = 1n;

const COLUMNS =
  'table_cat, table_schem, table_name, column_name, data_type: bigint, type_name, column_size: bigint, buffer_length: bigint, decimal_digits: bigint, num_prec_radix: bigint, nullable: bigint, remarks, column_def, sql_data_type: bigint, sql_datetime_sub: bigint, char_octet_length: bigint, ordinal_position: bigint, is_nullable, scope_catalog, scope_schema, scope_table, source_data_type: bigint, is_autoincrement, is_generatedcolumn';

/** system.jdbc: what the JDBC driver's metadata calls read. */
export function jdbcTables(catalogs: CatalogManager, reader: CatalogReader): readonly RowsTable[] {
  const fixed = (name: string, columns: string, rows: readonly (readonly Value[])[]): RowsTable => ({
    schema: SCHEMA,
    name,
    columns: columnList(columns),
    rows: () => Promise.resolve(rows),
  });
  return [
    { schema: SCHEMA, name: 'catalogs', columns: columnList('table_cat'), rows: () => Promise.resolve(catalogs.names().map((name) => [name])) },
    {
      schema: SCHEMA,
      name: 'schemas',
      columns: columnList('table_schem, table_catalog'),
      rows: (session, filter, signal) =>
        reader.each(session, filter.get('table_catalog'), signal, async ({ name, schemas }) =>
          [...(await schemas())].filter((schema) => admits(filter, 'table_schem', schema)).map((schema) => [schema, name]),
        ),
    },
    {
      schema: SCHEMA,
      name: 'tables',
      columns: columnList(
        'table_cat, table_schem, table_name, table_type, remarks, type_cat, type_schem, type_name, self_referencing_col_name, ref_generation',
      ),
      rows: async (session, filter, signal) => {
        if (!TABLE_TYPES.some((type) => admits(filter, 'table_type', type))) return [];
        return reader.each(session, filter.get('table_cat'), signal, async ({ name, list }) =>
          (await list(nameFilter(filter, 'table_schem', 'table_name'))).map((table) => [
            name,
            table.name.schema,
            table.name.table,
            table.type === 'VIEW' ? 'VIEW' : 'TABLE',
            null,
            null,
            null,
            null,
            null,
            null,
          ]),
        );
      },
    },
    {
      schema: SCHEMA,
      name: 'columns',
      columns: columnList(COLUMNS),
      rows: (session, filter, signal) =>
        reader.each(session, filter.get('table_cat'), signal, async ({ name, tables }) =>
          (await tables(nameFilter(filter, 'table_schem', 'table_name'), 'table columns')).flatMap((table) =>
            table.columns
              .filter((column) => column.hidden !== true)
              .map((column, at) => columnRow([name, table.name.schema, table.name.table], column, at))
              .filter((row) => admits(filter, 'column_name', String(row[3]))),
          ),
        ),
    },
    fixed('types', TYPES, JDBC_TYPE_ROWS),
    fixed(
      'table_types',
      'table_type',
      TABLE_TYPES.map((type) => [type]),
    ),
    fixed('attributes', ATTRIBUTES, []),
    fixed('procedures', 'procedure_cat, procedure_schem, procedure_name, remarks, procedure_type: bigint, specific_name', []),
    fixed('procedure_columns', PROCEDURE_COLUMNS, []),
    fixed('pseudo_columns', PSEUDO_COLUMNS, []),
    fixed('super_tables', 'table_cat, table_schem, table_name, supertable_name', []),
    fixed('super_types', 'type_cat, type_schem, type_name, supertype_cat, supertype_schem, supertype_name', []),
    fixed('udts', 'type_cat, type_schem, type_name, class_name, data_type, remarks, base_type', []),
  ];
}

const TYPES =
  'type_name, data_type: bigint, precision: bigint, literal_prefix, literal_suffix, create_params, nullable: bigint, case_sensitive: boolean, searchable: bigint, unsigned_attribute: boolean, fixed_prec_scale: boolean, auto_increment: boolean, local_type_name, minimum_scale: bigint, maximum_scale: bigint, sql_data_type: bigint, sql_datetime_sub: bigint, num_prec_radix: bigint';
const ATTRIBUTES =
  'type_cat, type_schem, type_name, attr_name, data_type: bigint, attr_type_name, attr_size: bigint, decimal_digits: bigint, num_prec_radix: bigint, nullable: bigint, remarks, attr_def, sql_data_type: bigint, sql_datetime_sub: bigint, char_octet_length: bigint, ordinal_position: bigint, is_nullable, scope_catalog, scope_schema, scope_table, source_data_type: bigint';
const PROCEDURE_COLUMNS =
  'procedure_cat, procedure_schem, procedure_name, column_name, column_type: bigint, data_type: bigint, type_name, precision: bigint, length: bigint, scale: bigint, radix: bigint, nullable: bigint, remarks, column_def, sql_data_type: bigint, sql_datetime_sub: bigint, char_octet_length: bigint, ordinal_position: bigint, is_nullable, specific_name';
const PSEUDO_COLUMNS =
  'table_cat, table_schem, table_name, column_name, data_type: bigint, column_size: bigint, decimal_digits: bigint, num_prec_radix: bigint, column_usage, remarks, char_octet_length: bigint, is_nullable: bigint';

function columnRow(
  table: readonly string[],
  column: { readonly name: string; readonly type: Type; readonly nullable?: boolean; readonly comment?: string },
  at: number,
): Value[] {
  const nullable = column.nullable !== false;
  return [
    ...table,
    column.name,
    BigInt(jdbcType(column.type)),
    typeId(column.type),
    columnSize(column.type),
    0n,
    decimalDigits(column.type),
    radix(column.type),
    nullable ? COLUMN_NULLABLE : COLUMN_NO_NULLS,
    column.comment ?? null,
    null,
    null,
    null,
    octetLength(column.type),
    BigInt(at + 1),
    nullable ? 'YES' : 'NO',
    null,
    null,
    null,
    null,
    null,
    null,
  ];
}
