export const ROWS = 200_000;

export interface FaultyStatement {
  readonly name: string;
  readonly sql: string;
  /** Run at PostgreSQL before each round. */
  readonly reset: string;
  /** One value that PostgreSQL tells afterwards. */
  readonly check: string;
  /** What it may be when nothing, and when all was done. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** What the statement answers when it succeeds. */
  readonly answer?: string;
}

export const SETUP = `CREATE SCHEMA faults;
  CREATE TABLE faults.source AS SELECT g::bigint AS id, repeat('x', 60) || g AS text FROM generate_series(1, ${ROWS}) g;
  CREATE TABLE faults.target (id bigint PRIMARY KEY, text varchar);
  ANALYZE`;

const SUM = (ROWS * (ROWS + 1)) / 2;
const FILL = 'TRUNCATE faults.target; INSERT INTO faults.target SELECT g, $$old$$ FROM generate_series(1, 1000) g; ANALYZE faults.target';
const OLD = `SELECT count(*) || ' ' || count(*) FILTER (WHERE text = 'old') FROM faults.target`;

export const FAULTY_STATEMENTS: readonly FaultyStatement[] = [
  {
    name: 'SELECT',
    sql: 'SELECT count(*), sum(id), max(length(text)) FROM source WHERE rand() < 2',
    reset: 'SELECT 1',
    check: 'SELECT count(*) FROM faults.source',
    before: [],
    after: [String(ROWS)],
    answer: `[[${ROWS},${SUM},66]]`,
  },
  {
    name: 'CREATE TABLE AS',
    sql: "CREATE TABLE made AS SELECT id, text || '' AS text FROM source",
    reset: 'DROP TABLE IF EXISTS faults.made',
    check: `SELECT CASE WHEN to_regclass('faults.made') IS NULL THEN 'none' ELSE (xpath('/row/c/text()', query_to_xml('SELECT count(*) AS c FROM faults.made', false, true, '')))[1]::text END`,
    before: ['none'],
    after: [String(ROWS)],
    answer: `[[${ROWS}]]`,
  },
  {
    name: 'INSERT',
    sql: "INSERT INTO target SELECT id + 1000, text || '' FROM source",
    reset: FILL,
    check: OLD,
    before: ['1000 1000'],
    after: [`${ROWS + 1000} 1000`],
    answer: `[[${ROWS}]]`,
  },
  {
    name: 'DELETE',
    sql: 'DELETE FROM target WHERE id % 2 = 0 AND rand() < 2',
    reset: FILL,
    check: OLD,
    before: ['1000 1000'],
    after: ['500 500'],
    answer: '[[500]]',
  },
  {
    name: 'UPDATE',
    sql: "UPDATE target SET text = 'new' WHERE id % 4 = 0 AND rand() < 2",
    reset: FILL,
    check: OLD,
    before: ['1000 1000'],
    after: ['1000 750'],
    answer: '[[250]]',
  },
  {
    name: 'MERGE',
    sql: "MERGE INTO target t USING source s ON t.id = s.id WHEN MATCHED AND t.id <= 100 THEN DELETE WHEN MATCHED THEN UPDATE SET text = 'new' WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.text)",
    reset: FILL,
    check: OLD,
    before: ['1000 1000'],
    after: [`${ROWS - 100} 0`],
    answer: `[[${ROWS}]]`,
  },
];
