/** A block of a plan file: a query, and what it becomes. Lines before that start with # stay. */
export interface PlanCase {
  readonly comment: readonly string[];
  readonly sql: string;
  readonly plan: string;
}

const SEPARATOR = '----';

/** Blocks of `sql`, `----`, `plan`, with blank lines between. */
export function parsePlanFile(text: string): readonly PlanCase[] {
  return text
    .trimEnd()
    .split(/\n\n+/)
    .map((block) => {
      const lines = block.split('\n');
      const comment = lines.filter((line) => line.startsWith('#'));
      const body = lines.slice(comment.length);
      const at = body.indexOf(SEPARATOR);
      return { comment, sql: (at < 0 ? body : body.slice(0, at)).join('\n'), plan: at < 0 ? '' : body.slice(at + 1).join('\n') };
    });
}

export function formatPlanFile(cases: readonly PlanCase[]): string {
  return `${cases.map(({ comment, sql, plan }) => [...comment, ...(sql === '' ? [] : [sql, SEPARATOR, plan])].join('\n')).join('\n\n')}\n`;
}
