import { unreachable } from '../../../spi/trinoError.ts';
import type { JsonTable, JsonTableColumn, JsonTablePlan } from '../ast.ts';
import { formatBehavior, formatFormat, formatInvocation, formatWrapper } from './formatJson.ts';
import { formatIdentifier, formatString, indentation } from './formatNames.ts';
import { formatType } from './formatTypes.ts';

export function formatJsonTable({ invocation, columns, plan, errorBehavior }: JsonTable, indent: number): string {
  const margin = `\n${indentation(indent + 1)}`;
  return [
    `JSON_TABLE (${formatInvocation(invocation)}${margin}COLUMNS (\n${formatColumns(columns, indent + 2)})`,
    plan === undefined ? '' : `${margin}PLAN ${plan.kind === 'defaultPlan' ? `DEFAULT (${plan.parentChild}, ${plan.siblings})` : `(${formatPlan(plan)})`}`,
    errorBehavior === undefined ? '' : `${margin}${errorBehavior} ON ERROR`,
    ')\n',
  ].join('');
}

function formatColumns(columns: readonly JsonTableColumn[], indent: number): string {
  return columns.map((column) => indentation(indent) + formatColumn(column, indent)).join(',\n');
}

function formatColumn(column: JsonTableColumn, indent: number): string {
  switch (column.kind) {
    case 'ordinality':
      return `${formatIdentifier(column.name)} FOR ORDINALITY`;
    case 'value': {
      const error = column.errorBehavior === undefined ? '' : ` ${formatBehavior(column.errorBehavior, column.errorDefault)} ON ERROR`;
      return `${formatIdentifier(column.name)} ${formatType(column.type)}${formatPath(column)} ${formatBehavior(column.emptyBehavior, column.emptyDefault)} ON EMPTY${error}`;
    }
    case 'query': {
      const error = column.errorBehavior === undefined ? '' : ` ${column.errorBehavior} ON ERROR`;
      return `${formatIdentifier(column.name)} ${formatType(column.type)}${formatFormat(column.format)}${formatPath(column)} ${formatWrapper(column)} ${column.emptyBehavior} ON EMPTY${error}`;
    }
    case 'nested': {
      const name = column.pathName === undefined ? '' : ` AS ${formatIdentifier(column.pathName)}`;
      return `NESTED PATH ${formatString(column.path)}${name}\n${indentation(indent + 1)}COLUMNS (\n${formatColumns(column.columns, indent + 2)})`;
    }
    default:
      return unreachable(column);
  }
}

function formatPath({ path }: { readonly path?: string }): string {
  return path === undefined ? '' : ` PATH ${formatString(path)}`;
}

function formatPlan(plan: JsonTablePlan): string {
  switch (plan.kind) {
    case 'defaultPlan':
      return '';
    case 'leaf':
      return formatIdentifier(plan.name);
    case 'parentChild':
      return `${formatIdentifier(plan.parent)} ${plan.type} (${formatPlan(plan.child)})`;
    case 'siblings':
      return plan.siblings.map((sibling) => `(${formatPlan(sibling)})`).join(` ${plan.type} `);
    default:
      return unreachable(plan);
  }
}
