import type pg from 'pg';

/** Schemas that a transaction makes: each table holds a lock until its end. */
const SCHEMAS_PER_TRANSACTION = 20;

/** `listed_0`, … each with `table_0`, … of five columns. */
export async function createSchemas(admin: pg.Client, schemas: number, tablesPerSchema: number): Promise<void> {
  for (let from = 0; from < schemas; from += SCHEMAS_PER_TRANSACTION) {
    const last = Math.min(from + SCHEMAS_PER_TRANSACTION, schemas) - 1;
    await admin.query(`DO $$ BEGIN
      FOR s IN ${from}..${last} LOOP
        EXECUTE format('CREATE SCHEMA listed_%s', s);
        FOR t IN 0..${tablesPerSchema - 1} LOOP
          EXECUTE format('CREATE TABLE listed_%s.table_%s (id bigint NOT NULL, name varchar(20), price numeric(12, 2), created timestamp(3), done boolean)', s, t);
        END LOOP;
      END LOOP;
    END $$`);
  }
  await admin.query('ANALYZE pg_catalog.pg_class; ANALYZE pg_catalog.pg_attribute; ANALYZE pg_catalog.pg_namespace');
}
