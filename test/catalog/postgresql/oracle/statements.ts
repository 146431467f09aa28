import { readFileSync } from 'node:fs';
import type { GoldenSession } from '../../../sql/goldenCase.ts';

/** One statement a line; `{name=value,…}` in front sets session properties. */
export function readStatements(file: string): readonly { readonly sql: string; readonly session: GoldenSession }[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, session, sql = ''] = /^(?:\{([^}]*)\})?(.*)$/.exec(line) ?? [];
      const where = { catalog: 'postgresql', schema: 'answers', tz: 'UTC' };
      return { sql, session: session === undefined ? where : { ...where, session } };
    });
}
