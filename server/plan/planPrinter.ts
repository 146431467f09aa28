import { typeId } from '../../spi/type.ts';
import type { DynamicFilter } from './dynamicFilters.ts';
import type { Plan } from './plan.ts';
import { type NodeEstimate, type NodeRepresentation, representation } from './planRepresentation.ts';
import { graphvizPlan } from './planPrinterGraphviz.ts';
import { ioPlan } from './planPrinterIo.ts';
import { jsonPlan } from './planPrinterJson.ts';

export interface ExplainOptions {
  readonly type: 'LOGICAL' | 'DISTRIBUTED' | 'IO';
  readonly format: 'TEXT' | 'JSON' | 'GRAPHVIZ';
  /** Those that the plan will be run with. */
  readonly dynamicFilters?: readonly DynamicFilter[];
}

/** What was measured of one node, for EXPLAIN ANALYZE. Times in nanoseconds. */
export interface NodeFigures {
  readonly cpuNanos: number;
  readonly scheduledNanos: number;
  readonly outputRows: number;
  readonly outputBytes: number;
  /** For scans: what was read. */
  readonly inputRows?: number;
  readonly inputBytes?: number;
}

/** What was measured of the statement. */
export interface QueryFigures {
  readonly queuedNanos: number;
  readonly analysisNanos: number;
  readonly planningNanos: number;
  readonly executionNanos: number;
  readonly cpuNanos: number;
  readonly peakMemoryBytes: number;
  /** By plan node id. */
  readonly nodes: ReadonlyMap<string, NodeFigures>;
  /** What the sources say of their scans, by plan node id. */
  readonly scanDetails: ReadonlyMap<string, readonly string[]>;
  readonly dynamicFilters?: readonly DynamicFilter[];
}

const VERSION_LINE = 'Trino version: 476';

/** The text of EXPLAIN (TYPE VALIDATE is the caller's: it answers `true`). */
export function explainPlan(plan: Plan, { type, format, dynamicFilters }: ExplainOptions): string {
  if (type === 'IO') return ioPlan(plan);
  const root = representation(plan.root, dynamicFilters);
  if (format === 'JSON') return jsonPlan(root, type);
  if (format === 'GRAPHVIZ') return graphvizPlan(root, type);
  if (type === 'LOGICAL') return [VERSION_LINE, ...nodeLines(root, { indent: '' }), ''].join('\n');
  return [VERSION_LINE, ...fragmentLines(root, undefined), '', ''].join('\n');
}

/** The text of EXPLAIN ANALYZE. */
export function explainAnalyzedPlan(plan: Plan, figures: QueryFigures): string {
  const { queuedNanos, analysisNanos, planningNanos, executionNanos } = figures;
  const times = [
    `Queued: ${duration(queuedNanos)}`,
    `Analysis: ${duration(analysisNanos)}`,
    `Planning: ${duration(planningNanos)}`,
    `Execution: ${duration(executionNanos)}`,
  ];
  return [VERSION_LINE, times.join(', '), ...fragmentLines(representation(plan.root, figures.dynamicFilters), figures), '', ''].join('\n');
}

/** One process, one fragment. */
function fragmentLines(root: NodeRepresentation, figures: QueryFigures | undefined): readonly string[] {
  const measured =
    figures === undefined
      ? []
      : [`    CPU: ${duration(figures.cpuNanos)}, Scheduled: ${duration(figures.executionNanos)}`, `    Peak Memory: ${dataSize(figures.peakMemoryBytes)}`];
  return [
    'Fragment 0 [SINGLE]',
    ...measured,
    `    Output layout: [${root.outputs.map(({ name }) => name).join(', ')}]`,
    '    Output partitioning: SINGLE []',
    ...nodeLines(root, { indent: '    ', ...(figures === undefined ? {} : { figures }) }),
  ];
}

interface LineOptions {
  readonly indent: string;
  readonly figures?: QueryFigures;
}

function nodeLines(root: NodeRepresentation, { indent, figures }: LineOptions): readonly string[] {
  const lines: string[] = [];
  const add = (node: NodeRepresentation, first: string, rest: string): void => {
    lines.push(`${indent}${first}${node.name}[${shownDescriptor(node).join(', ')}]`);
    const bar = node.children.length === 0 ? `${indent}${rest}    ` : `${indent}${rest}│   `;
    for (const line of bodyLines(node, figures)) lines.push(`${bar}${line}`);
    for (const [i, child] of node.children.entries()) {
      const isLast = i === node.children.length - 1;
      add(child, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`);
    }
  };
  add(root, '', '');
  return lines;
}

function bodyLines(node: NodeRepresentation, figures: QueryFigures | undefined): readonly string[] {
  const lines = [`Layout: [${node.outputs.map(({ name, type }) => `${name}:${typeId(type)}`).join(', ')}]`];
  if (node.estimates.some(isKnown)) lines.push(`Estimates: ${node.estimates.map(estimateText).join('/')}`);
  if (figures !== undefined) lines.push(...figureLines(node, figures));
  const measured = node.planNodes.flatMap(({ id }) => figures?.scanDetails.get(id) ?? []);
  return [...lines, ...node.details, ...measured];
}

/** The descriptor as text. */
const shownDescriptor = ({ descriptor }: NodeRepresentation): readonly string[] =>
  descriptor.flatMap(([key, value]) => (value === '' ? [] : [`${key} = ${value}`]));

const isKnown = ({ rows, cpu }: NodeEstimate): boolean => rows !== undefined || cpu !== undefined;

function estimateText({ rows, bytes, cpu, memory, network }: NodeEstimate): string {
  const size = (value: number | undefined): string => (value === undefined ? '?' : dataSize(value));
  return `{rows: ${rows === undefined ? '?' : Math.round(rows)} (${size(bytes)}), cpu: ${size(cpu).replace(/B$/, '')}, memory: ${size(memory)}, network: ${size(network)}}`;
}

function figureLines(node: NodeRepresentation, figures: QueryFigures): readonly string[] {
  const parts = node.planNodes.map(({ id }) => figures.nodes.get(id)).filter((part) => part !== undefined);
  const [top] = parts;
  if (top === undefined) return [];
  const cpu = parts.reduce((sum, { cpuNanos }) => sum + cpuNanos, 0);
  const scheduled = parts.reduce((sum, { scheduledNanos }) => sum + scheduledNanos, 0);
  const all = [...figures.nodes.values()];
  const percent = (part: number, whole: number): string => `${(whole === 0 ? 0 : (part * 100) / whole).toFixed(2)}%`;
  const cpuShare = percent(
    cpu,
    all.reduce((sum, { cpuNanos }) => sum + cpuNanos, 0),
  );
  const scheduledShare = percent(
    scheduled,
    all.reduce((sum, { scheduledNanos }) => sum + scheduledNanos, 0),
  );
  const output = `Output: ${rowsText(top.outputRows)} (${dataSize(top.outputBytes)})`;
  const lines = [`CPU: ${duration(cpu)} (${cpuShare}), Scheduled: ${duration(scheduled)} (${scheduledShare}), Blocked: 0.00ns (0.00%), ${output}`];
  const read = parts.find(({ inputRows }) => inputRows !== undefined);
  if (read?.inputRows === undefined) return lines;
  const filtered = percent(Math.max(0, read.inputRows - top.outputRows), read.inputRows);
  return [...lines, `Input: ${rowsText(read.inputRows)} (${dataSize(read.inputBytes ?? 0)}), Filtered: ${filtered}`];
}

const rowsText = (rows: number): string => `${rows} ${rows === 1 ? 'row' : 'rows'}`;

const DATA_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** As Airlift's DataSize prints: `547B`, `2.67kB`. */
export function dataSize(bytes: number): string {
  let value = Math.round(bytes);
  let unit = 0;
  while (value >= 1024 && unit < DATA_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(2)}${DATA_UNITS[unit]}`;
}

const TIME_UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400e9],
  ['h', 3600e9],
  ['m', 60e9],
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
];

/** As Airlift's Duration prints: `162.72ms`. */
export function duration(nanos: number): string {
  const [unit, size] = TIME_UNITS.find(([, one]) => nanos >= one) ?? ['ns', 1];
  return `${(nanos / size).toFixed(2)}${unit}`;
}
