import type { Constant, Expression, Lambda, Reference } from '../../../../spi/expression.ts';
import type { Value } from '../../../../spi/value.ts';
import { childExpressions, replaceReferences } from '../../../plan/expressionVisitor.ts';
import type { EvaluationSession } from '../../../planner/interpreter/evaluateCall.ts';
import { evaluateConstant } from '../../evaluation/evaluateConstant.ts';
import { readMarkedJson, writeMarkedJson } from '../../evaluation/markedJson.ts';

/** A lambda as plain data that is evaluated here. */
interface Comparator extends EvaluationSession {
  readonly parameters: readonly string[];
  readonly body: Expression;
  /** Names of what it takes from outside. */
  readonly captured: readonly string[];
}

/** What is not computed here, or raises. */
export class NotComputedError extends Error {}

/** What the lambda takes from outside; undefined: it holds what is never computed here. */
export function capturedBy({ parameters, body }: Lambda): readonly Reference[] | undefined {
  const found = new Map<string, Reference>();
  const isPlain = (expression: Expression): boolean => {
    if (expression.kind === 'lambda' || expression.kind === 'try' || (expression.kind === 'call' && !expression.function.deterministic)) return false;
    if (expression.kind === 'reference' && parameters.every(({ name }) => name !== expression.name)) found.set(expression.name, expression);
    return childExpressions(expression).every(isPlain);
  };
  return isPlain(body) && [...found.values()].every(({ type }) => type.kind !== 'unknown') ? [...found.values()] : undefined;
}

export function writeComparator({ parameters, body }: Lambda, captured: readonly Reference[], { timeZone, startMicros }: EvaluationSession): string {
  const names = (references: readonly Reference[]): string[] => references.map(({ name }) => name);
  return writeMarkedJson({ parameters: names(parameters), body, captured: names(captured), timeZone, startMicros } satisfies Comparator);
}

/** The answer for two values. Throws NotComputedError. */
export function readComparator(text: string, captured: readonly Value[]): (a: Value, b: Value) => Value {
  const comparator = readMarkedJson(text) as Comparator;
  const known = new Map(comparator.captured.map((name, at) => [name, captured[at] ?? null]));
  const body = replaced(comparator.body, known);
  const [first = '', second = ''] = comparator.parameters;
  return (a, b) => {
    const answer = evaluateConstant(
      replaced(
        body,
        new Map([
          [first, a],
          [second, b],
        ]),
      ),
      comparator,
    );
    if (answer === undefined) throw new NotComputedError();
    return answer.value;
  };
}

function replaced(expression: Expression, values: ReadonlyMap<string, Value>): Expression {
  return replaceReferences(expression, ({ name, type }): Constant | undefined => {
    const value = values.get(name);
    return value === undefined ? undefined : { kind: 'constant', type, value };
  });
}
