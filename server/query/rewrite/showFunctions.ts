import type { LanguageFunction } from '../../../spi/languageFunction.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { sqlPath, storedSpecification } from '../../analyzer/index.ts';
import type { CatalogSchema } from '../../metadata/metadata.ts';
import type { FunctionSpecification, StatementOf } from '../../sql/ast.ts';
import { formatFunctionSpecification } from '../../sql/formatter/formatRoutines.ts';
import { functionName, functionsNamed, typeText } from '../tasks/functionTasks.ts';
import { catalogPart, type TaskContext } from '../tasks/task.ts';
import type { ShowContext } from './showStatements.ts';
import { likeClause, valuesQuery } from './sqlText.ts';

const COLUMNS = ['Function', 'Return Type', 'Argument Types', 'Function Type', 'Deterministic', 'Description'];
const TYPES = ['varchar', 'varchar', 'varchar', 'varchar', 'boolean', 'varchar'];

type Row = readonly (string | boolean)[];

export async function showFunctions(context: ShowContext, statement: StatementOf<'showFunctions'>): Promise<string> {
  const rows = statement.schema === undefined ? [...builtIn(context), ...(await onPath(context))] : await ofSchema(context, statement.schema.parts);
  const where = statement.like === undefined ? '' : ` WHERE "Function"${likeClause(statement.like, statement.escape)}`;
  return valuesQuery(COLUMNS, rows, `${where} ORDER BY lower("Function"), "Return Type", "Argument Types"`, TYPES);
}

const builtIn = (context: ShowContext): readonly Row[] =>
  context.listFunctions().map((f) => [f.name, f.returnType, f.argumentTypes, f.kind, f.deterministic, f.description]);

async function onPath(context: TaskContext): Promise<readonly Row[]> {
  const rows = await Promise.all(sqlPath(context.session).map((place) => rowsOf(context, place)));
  return rows.flat();
}

function ofSchema(context: TaskContext, parts: readonly { readonly value: string }[]): Promise<readonly Row[]> | readonly Row[] {
  const [schema, catalog = context.session.catalog] = parts.map(({ value }) => value.toLowerCase()).reverse();
  return schema === undefined || catalog === undefined ? [] : rowsOf(context, { catalog, schema });
}

async function rowsOf(context: TaskContext, { catalog, schema }: CatalogSchema): Promise<readonly Row[]> {
  if (!context.transaction.catalogExists(catalog)) return [];
  const { transaction, session } = catalogPart(context, catalog, undefined);
  return ((await transaction.listFunctions?.(session, schema)) ?? []).map(rowOf);
}

function rowOf(stored: LanguageFunction): Row {
  const node = storedSpecification(stored);
  const find = <K extends FunctionSpecification['characteristics'][number]['kind']>(kind: K) => node.characteristics.find((item) => item.kind === kind);
  const [deterministic, comment] = [find('deterministic'), find('comment')];
  return [
    stored.name,
    typeText(node.returns),
    node.parameters.map(({ type }) => typeText(type)).join(', '),
    'scalar',
    deterministic?.kind !== 'deterministic' || deterministic.deterministic,
    comment?.kind === 'comment' ? comment.comment : '',
  ];
}

export async function showCreateFunction(context: TaskContext, statement: StatementOf<'showCreate'>): Promise<string> {
  const name = functionName(statement.name, statement.location);
  const stored = await functionsNamed(context, name);
  if (stored.length === 0) throw new TrinoError('NOT_FOUND', statement.location, 'Function not found');
  const qualified = [name.catalog, name.schema, name.object].map((value) => ({
    kind: 'identifier' as const,
    value,
    delimited: !/^[a-z_][a-z0-9_]*$/.test(value),
    location: statement.location,
  }));
  const texts = stored.map((definition) => {
    const node = storedSpecification(definition);
    return [`CREATE ${formatFunctionSpecification({ ...node, name: { ...node.name, parts: qualified } }, 0)}`];
  });
  return valuesQuery(['Create Function'], texts);
}
