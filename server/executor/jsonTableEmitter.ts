import type { Session } from '../../spi/session.ts';
import { array, row, VARCHAR, BIGINT } from '../../spi/type.ts';
import type { JsonTableSpecification } from '../plan/jsonSpecification.ts';
import type { JsonTableNode } from '../plan/plan.ts';
import type { EmitterParts } from './aggregateEmitter.ts';
import { sqlString } from './functions/implementation.ts';
import { jsonTableRows } from './functions/json/jsonTable.ts';
import { readSpecification } from './functions/json/sqlJsonSpecification.ts';

/** JSON_TABLE: a function gives the rows of one input as a list, which is unnested beside the source. */
export function emitJsonTable(node: JsonTableNode, source: string, session: Session, { expressions, names }: EmitterParts): string {
  const passing = node.passing.map(({ symbol }) => symbol);
  const inputs = [node.input, ...passing, ...node.defaults];
  const columns = node.outputs.map((output) => output.type);
  const udf = expressions.udf({
    name: `json_table ${passing.length}`,
    parameterTypes: [VARCHAR, VARCHAR, BIGINT, ...inputs.map((symbol) => symbol.type)],
    returnType: array(row(columns.map((type) => ({ type })))),
    nulls: 'handled',
    evaluate: (specification, timeZone, startMicros, input, ...values) =>
      jsonTableRows(
        readSpecification<JsonTableSpecification>(specification),
        { input: input ?? null, passing: values.slice(0, passing.length), defaults: values.slice(passing.length) },
        {
          input: node.input.type,
          passing: passing.map((symbol) => symbol.type),
          columns,
          session: { timeZone: String(timeZone), startMicros: typeof startMicros === 'bigint' ? startMicros : 0n },
        },
      ),
  });
  const { timeZone, startMicros } = session;
  const given = [sqlString(JSON.stringify(node.specification)), sqlString(timeZone), `CAST(${startMicros} AS BIGINT)`];
  const call = udf(...given, ...inputs.map((symbol) => names.quoted(symbol.name)));
  const outputs = node.outputs.map((output, i) => `, struct_extract(_row, 'f${i}') AS ${names.quoted(output.name)}`);
  // in the list of columns, so that rows keep their order
  const rows = node.type === 'LEFT' ? `list_transform([${call}], lambda _l: CASE WHEN len(_l) = 0 THEN [NULL] ELSE _l END)[1]` : call;
  return `SELECT * EXCLUDE (_row)${outputs.join('')} FROM (SELECT *, unnest(${rows}) AS _row FROM (${source}))`;
}
