import { describe, expect, it } from 'vitest';
import { dataSize, duration, explainAnalyzedPlan, type ExplainOptions, explainPlan } from '../../../server/plan/planPrinter.ts';
import { planQuery } from '../../plan/planQuery.ts';

const explain = (sql: string, type: ExplainOptions['type'], format: ExplainOptions['format'] = 'TEXT'): string => explainPlan(planQuery(sql), { type, format });
const FILTERED = 'SELECT nationkey, name FROM nation WHERE regionkey = 3';

// what Trino 476 prints, but for exchanges, fragments and the order of a scan's columns
describe('EXPLAIN', () => {
  it('of a constant is Trino’s to the letter', () => {
    expect(explain('SELECT 1', 'DISTRIBUTED')).toBe(`Trino version: 476
Fragment 0 [SINGLE]
    Output layout: [expr]
    Output partitioning: SINGLE []
    Output[columnNames = [_col0]]
    │   Layout: [expr:integer]
    │   Estimates: {rows: 1 (5B), cpu: 0, memory: 0B, network: 0B}
    │   _col0 := expr
    └─ Values[]
           Layout: [expr:integer]
           Estimates: {rows: 1 (5B), cpu: 0, memory: 0B, network: 0B}
           (integer '1')

`);
  });

  it('shows scan, filter and projection as one, each with its estimate', () => {
    expect(explain('SELECT * FROM nation WHERE regionkey = 1', 'LOGICAL')).toBe(`Trino version: 476
Output[columnNames = [nationkey, name, regionkey, comment]]
│   Layout: [nationkey:bigint, name:varchar(25), regionkey:bigint, comment:varchar(152)]
│   Estimates: {rows: 5 (547B), cpu: 0, memory: 0B, network: 0B}
└─ ScanFilter[table = tpch:tiny:nation, filterPredicate = (regionkey = bigint '1')]
       Layout: [nationkey:bigint, name:varchar(25), regionkey:bigint, comment:varchar(152)]
       Estimates: {rows: 25 (2.67kB), cpu: 2.67k, memory: 0B, network: 0B}/{rows: 5 (547B), cpu: 2.67k, memory: 0B, network: 0B}
       nationkey := tpch:nationkey
       name := tpch:name
       regionkey := tpch:regionkey
       comment := tpch:comment
`);
  });

  it('draws branches', () => {
    const lines = explain('SELECT n.name FROM nation n LEFT JOIN region r ON n.regionkey = r.regionkey', 'LOGICAL').split('\n');
    const [join = '', left = '', right = ''] = [/LeftJoin/, /├─/, /└─ TableScan/].map((pattern) => lines.find((line) => pattern.test(line)) ?? '');
    expect(join).toContain('LeftJoin[criteria = (regionkey = regionkey_0)]');
    expect(left).toContain('├─ TableScan[table = tpch:tiny:nation]');
    expect(right).toContain('└─ TableScan[table = tpch:tiny:region]');
  });

  it('has the JSON of Trino', () => {
    const logical: unknown = JSON.parse(explain(FILTERED, 'LOGICAL', 'JSON'));
    expect(logical).toMatchObject({ name: 'Output', descriptor: { columnNames: '[nationkey, name]' }, children: [{ name: 'ScanFilterProject' }] });
    expect(explain(FILTERED, 'DISTRIBUTED', 'JSON')).toMatch(/^\{\n {2}"0" : \{\n {4}"id" : "/);
    expect(explain(FILTERED, 'LOGICAL', 'JSON')).toContain('"details" : [ ],');
  });

  it('tells inputs and their ranges', () => {
    expect(JSON.parse(explain('SELECT * FROM nation WHERE regionkey > 3', 'IO', 'JSON'))).toMatchObject({
      inputTableColumnInfos: [
        {
          table: { catalog: 'tpch', schemaTable: { schema: 'tiny', table: 'nation' } },
          constraint: {
            none: false,
            columnConstraints: [
              { columnName: 'regionkey', type: 'bigint', domain: { ranges: [{ low: { value: '3', bound: 'ABOVE' }, high: { bound: 'BELOW' } }] } },
            ],
          },
          estimate: { outputRowCount: 25, outputSizeInBytes: 2734 },
        },
      ],
    });
  });

  it('gives Graphviz a node for each, and the edges', () => {
    const text = explain(FILTERED, 'LOGICAL', 'GRAPHVIZ');
    expect(text).toMatch(/^digraph logical_plan \{\nsubgraph cluster_graphviz_plan \{\nlabel = "SINGLE"\nplannode_1\[label="\{Output/);
    expect(text).toContain('plannode_1 -> plannode_2;');
  });
});

describe('EXPLAIN ANALYZE', () => {
  it('shows what was measured', () => {
    const plan = planQuery(FILTERED);
    const top = plan.root.source;
    const scan = top.kind === 'project' && top.source.kind === 'filter' ? top.source.source : top;
    const nodes = new Map([
      [top.id, { cpuNanos: 1e6, scheduledNanos: 1e6, outputRows: 5, outputBytes: 60 }],
      [scan.id, { cpuNanos: 1e6, scheduledNanos: 1e6, outputRows: 25, outputBytes: 527, inputRows: 25, inputBytes: 527 }],
    ]);
    const figures = {
      queuedNanos: 156_280,
      analysisNanos: 1_040_000,
      planningNanos: 10_630_000,
      executionNanos: 162_720_000,
      cpuNanos: 2e6,
      peakMemoryBytes: 238,
      nodes,
      scanDetails: new Map([[scan.id, ['2 of 3 partitions']]]),
    };
    const text = explainAnalyzedPlan(plan, figures);
    expect(text).toContain('Queued: 156.28us, Analysis: 1.04ms, Planning: 10.63ms, Execution: 162.72ms');
    expect(text).toContain('CPU: 2.00ms (100.00%), Scheduled: 2.00ms (100.00%), Blocked: 0.00ns (0.00%), Output: 5 rows (60B)');
    expect(text).toContain('Input: 25 rows (527B), Filtered: 80.00%');
    expect(text).toContain('2 of 3 partitions');
  });
});

describe('units', () => {
  it('are Airlift’s', () => {
    expect([0, 547, 1024, 2734, 344_996].map(dataSize)).toEqual(['0B', '547B', '1kB', '2.67kB', '336.91kB']);
    expect([0, 156_280, 1_040_000, 2.5e9, 90e9].map(duration)).toEqual(['0.00ns', '156.28us', '1.04ms', '2.50s', '1.50m']);
  });
});
