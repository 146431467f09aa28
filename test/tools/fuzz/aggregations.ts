import { parseSignature, type Signature } from '../../../server/function/signature.ts';
import { aggregateSignatures, windowSignatures } from '../../../server/function/signatures.ts';
import { BIGINT, BOOLEAN, VARCHAR } from '../../../spi/type.ts';
import type { Expression, ExpressionGenerator } from './expressions.ts';
import type { Random } from './random.ts';

/** Estimates, what Trino itself answers differently from run to run, and lambdas over states. */
const LEFT_OUT =
  /^(approx_\w+|any_value|arbitrary|\w*geometry\w*|convex\w*|evaluate_\w+|learn_\w+|spatial\w*|merge\w*|make_set_digest|qdigest_agg|tdigest_agg|listagg|reduce_agg|map_union)$/;
const parse = (line: string): Signature => parseSignature(line, 'aggregate', new Set());
const AGGREGATES = aggregateSignatures.map(parse).filter(({ name }) => !LEFT_OUT.test(name));
const WINDOWS = windowSignatures.map(parse);
/** Whose value depends on which of several equal rows, or which order, comes first. */
const ORDERED = /^(array_agg|map_agg|multimap_agg|max_by|min_by|sum|avg|checksum)$/;
/** Whose last argument is a number of rows. */
const COUNTED = /^(lag|lead|nth_value|ntile|max|min|max_by|min_by)$/;
const FRAMES = [
  '',
  '',
  ' ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING',
  ' ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING',
  ' ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING',
  ' ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING',
  ' ROWS 2 PRECEDING',
  ' RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
  ' RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING',
  ' GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING',
  ' GROUPS BETWEEN 1 FOLLOWING AND 2 FOLLOWING',
];

export class AggregationGenerator {
  readonly #random: Random;
  readonly #values: ExpressionGenerator;

  constructor(random: Random, values: ExpressionGenerator) {
    this.#random = random;
    this.#values = values;
  }

  /** Over the rows of a group; `id` numbers the rows. */
  aggregate(): Expression {
    if (this.#random.chance(8)) return this.#special();
    const signature = this.#random.pick(AGGREGATES);
    const operands = this.#operands(signature);
    const distinct = operands.length > 0 && this.#random.chance(20);
    const parts: (string | Expression)[] = [`${signature.name}(${distinct ? 'DISTINCT ' : ''}`];
    for (const [at, operand] of operands.entries()) parts.push(...(at === 0 ? [] : [', ']), operand);
    const [first] = operands;
    if (distinct && signature.name === 'array_agg' && first !== undefined) parts.push(' ORDER BY ', first, this.#direction());
    else if (!distinct && (ORDERED.test(signature.name) || this.#random.chance(15)) && operands.length > 0)
      parts.push(' ORDER BY ', this.#values.of(BIGINT, 1, []), this.#direction(), ', id');
    parts.push(')', ...this.#filter());
    return { type: BIGINT, parts };
  }

  window(): Expression {
    const own = this.#random.chance(60);
    const signature = this.#random.pick(own ? WINDOWS : AGGREGATES);
    const operands = this.#operands(signature);
    const parts: (string | Expression)[] = [`${signature.name}(`];
    for (const [at, operand] of operands.entries()) parts.push(...(at === 0 ? [] : [', ']), operand);
    parts.push(')');
    const nulls = /^(lag|lead|nth_value|first_value|last_value)$/.test(signature.name);
    if (nulls) parts.push(this.#random.pick(['', '', ' IGNORE NULLS', ' RESPECT NULLS']));
    else if (!own) parts.push(...this.#filter());
    const partition = this.#random.chance(50) ? ['PARTITION BY ', this.#values.of(this.#random.pick([BOOLEAN, BIGINT]), 1, []), ' '] : [];
    const frame = nulls || !own ? this.#random.pick(FRAMES) : '';
    const ranged = frame.includes('RANGE') || (frame.includes('GROUPS') && this.#random.chance(30));
    const order = /^ RANGE.*\d/.test(frame) || ranged ? ['id'] : [this.#values.of(BIGINT, 1, []), this.#direction(), ', id'];
    const direction = order.length === 1 ? this.#direction() : '';
    parts.push(' OVER (', ...partition, 'ORDER BY ', ...order, direction, frame, ')');
    return { type: BIGINT, parts };
  }

  #special(): Expression {
    const text = this.#values.of(VARCHAR, 2, []);
    const number = this.#values.of(BIGINT, 2, []);
    const overflow = this.#random.pick(['', ' ON OVERFLOW ERROR', " ON OVERFLOW TRUNCATE '..' WITH COUNT"]);
    const between = this.#random.pick(["','", "''", "'é'"]);
    if (this.#random.chance(60)) return { type: VARCHAR, parts: ['listagg(', text, `, ${between}${overflow}) WITHIN GROUP (ORDER BY id${this.#direction()})`] };
    return { type: BIGINT, parts: ['reduce_agg(', number, " % 100, bigint '0', (s, x) -> s + x, (s, t) -> s + t)"] };
  }

  #operands(signature: Signature): readonly (string | Expression)[] {
    if (signature.name === 'count' && signature.arguments.length === 0) return ['*'];
    const parts = this.#values.operands(signature, 2)?.parts ?? [];
    const counted = COUNTED.test(signature.name) ? signature.arguments.findIndex(({ kind }, at) => at > 0 && kind === 'concrete') : -1;
    return parts.map((part, at) => (at === counted ? this.#random.pick(['1', '2', '3', '0']) : part));
  }

  #filter(): readonly (string | Expression)[] {
    return this.#random.chance(20) ? [' FILTER (WHERE ', this.#values.of(BOOLEAN, 1, []), ')'] : [];
  }

  #direction(): string {
    return this.#random.pick(['', '', ' DESC', ' ASC NULLS FIRST', ' DESC NULLS LAST']);
  }
}
