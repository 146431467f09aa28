import type { ScalarCall } from '../implementation.ts';

interface LambdaParts {
  readonly parameters: readonly string[];
  readonly body: string;
}

const PARAMETER = /"(?:[^"]|"")*"/g;

/** The names and the body of the lambda that stands as argument `at`. */
export function lambdaOf(call: ScalarCall, at: number): LambdaParts {
  const text = call.arguments[at] ?? '';
  const head = /^lambda ((?:"(?:[^"]|"")*"(?:, )?)*): /.exec(text);
  if (head === null) throw new Error(`not a lambda: ${text.slice(0, 100)}`);
  return { parameters: [...(head[1] ?? '').matchAll(PARAMETER)].map(([name]) => name), body: text.slice(head[0].length) };
}

/** The lambda applied to values: each value is evaluated once, under its parameter's name. */
export function applyLambda({ parameters, body }: LambdaParts, values: readonly string[]): string {
  return parameters.reduceRight((inner, name, at) => `list_transform([${values[at] ?? 'NULL'}], lambda ${name}: ${inner})[1]`, body);
}
