import { unreachable } from '../../../spi/trinoError.ts';
import type { DataType, Expression, JsonFormat, JsonPathInvocation, JsonQuery, JsonValueBehavior } from '../ast.ts';
import { formatExpression } from './formatExpressions.ts';
import { formatIdentifier, formatString } from './formatNames.ts';
import { formatType } from './formatTypes.ts';

type JsonExpression = Extract<Expression, { readonly kind: 'jsonExists' | 'jsonValue' | 'jsonQuery' | 'jsonObject' | 'jsonArray' }>;

export function formatJsonExpression(expression: JsonExpression): string {
  switch (expression.kind) {
    case 'jsonExists':
      return `JSON_EXISTS(${formatInvocation(expression.invocation)} ${expression.errorBehavior} ON ERROR)`;
    case 'jsonValue': {
      const { invocation, returning, emptyBehavior, emptyDefault, errorBehavior, errorDefault } = expression;
      const returningText = returning === undefined ? '' : ` RETURNING ${formatType(returning)}`;
      const error = errorBehavior === undefined ? '' : ` ${formatBehavior(errorBehavior, errorDefault)} ON ERROR`;
      return `JSON_VALUE(${formatInvocation(invocation)}${returningText} ${formatBehavior(emptyBehavior, emptyDefault)} ON EMPTY${error})`;
    }
    case 'jsonQuery': {
      const error = expression.errorBehavior === undefined ? '' : ` ${expression.errorBehavior} ON ERROR`;
      return `JSON_QUERY(${formatInvocation(expression.invocation)}${formatOutput(expression)} ${formatWrapper(expression)} ${expression.emptyBehavior} ON EMPTY${error})`;
    }
    case 'jsonObject': {
      const members = expression.members.map(
        ({ key, value, format }) => `KEY ${formatExpression(key)} VALUE ${formatExpression(value)}${formatFormat(format)}`,
      );
      const nulls = `${expression.nullOnNull ? ' NULL ON NULL' : ' ABSENT ON NULL'}${expression.uniqueKeys ? ' WITH UNIQUE KEYS' : ' WITHOUT UNIQUE KEYS'}`;
      return `JSON_OBJECT(${members.join(', ')}${members.length === 0 ? '' : nulls}${formatOutput(expression)})`;
    }
    case 'jsonArray': {
      const elements = expression.elements.map(({ value, format }) => `${formatExpression(value)}${formatFormat(format)}`);
      const nulls = expression.nullOnNull ? ' NULL ON NULL' : ' ABSENT ON NULL';
      return `JSON_ARRAY(${elements.join(', ')}${elements.length === 0 ? '' : nulls}${formatOutput(expression)})`;
    }
    default:
      return unreachable(expression);
  }
}

export function formatFormat(format: JsonFormat | undefined): string {
  if (format === undefined) return '';
  return format === 'JSON' ? ' FORMAT JSON' : ` FORMAT JSON ENCODING ${format}`;
}

export function formatInvocation({ input, inputFormat, path, pathName, passing }: JsonPathInvocation): string {
  const parameters = passing.map(({ name, value, format }) => `${formatExpression(value)}${formatFormat(format)} AS ${formatIdentifier(name)}`);
  const named = pathName === undefined ? '' : ` AS ${formatIdentifier(pathName)}`;
  return `${formatExpression(input)}${formatFormat(inputFormat)}, ${formatString(path)}${named}${parameters.length === 0 ? '' : ` PASSING ${parameters.join(', ')}`}`;
}

export function formatBehavior(behavior: JsonValueBehavior, value: Expression | undefined): string {
  return value === undefined ? behavior : `${behavior} ${formatExpression(value)}`;
}

function formatOutput({ returning, outputFormat }: { readonly returning?: DataType; readonly outputFormat?: JsonFormat }): string {
  return returning === undefined ? '' : ` RETURNING ${formatType(returning)}${formatFormat(outputFormat)}`;
}

export function formatWrapper({ wrapper, quotes }: Pick<JsonQuery, 'wrapper' | 'quotes'>): string {
  const text = wrapper === 'WITHOUT' ? 'WITHOUT ARRAY WRAPPER' : `WITH ${wrapper} ARRAY WRAPPER`;
  return quotes === undefined ? text : `${text} ${quotes} QUOTES ON SCALAR STRING`;
}
