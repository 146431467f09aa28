import { TrinoError } from '../../spi/trinoError.ts';
import type * as ast from '../sql/ast.ts';
import { type Field, visibleFields } from './scope.ts';

/** `relation AS alias (a, b)`. Hidden columns stay as long as the columns are not named anew. */
export function renameFields(fields: readonly Field[], { alias, columnNames, relation, location }: ast.AliasedRelation): readonly Field[] {
  const relationAlias = [alias.value.toLowerCase()];
  if (columnNames === undefined) return fields.map((field) => ({ ...field, relationAlias }));
  const visible = visibleFields(fields);
  if (columnNames.length !== visible.length) {
    const message = `Column alias list has ${columnNames.length} entries but '${alias.value.toLowerCase()}' has ${visible.length} columns available`;
    throw new TrinoError('MISMATCHED_COLUMN_ALIASES', location, message);
  }
  return visible.map((field, i): Field => ({ ...field, name: aliasName(columnNames[i], relation), relationAlias, aliased: false }));
}

/** A table function's columns take their names as SQL has it: upper case unless they are quoted. */
function aliasName(name: ast.Identifier | undefined, relation: ast.Relation): string | undefined {
  return name !== undefined && relation.kind === 'tableFunction' && !name.delimited ? name.value.toUpperCase() : name?.value;
}
