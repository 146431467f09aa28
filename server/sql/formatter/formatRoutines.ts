import { unreachable } from '../../../spi/trinoError.ts';
import type { ControlStatement, FunctionCharacteristic, FunctionSpecification, Identifier, Property } from '../ast.ts';
import { formatExpression } from './formatExpressions.ts';
import { formatIdentifier, formatName, formatString, indentation } from './formatNames.ts';
import { formatType } from './formatTypes.ts';

export function formatFunctionSpecification(specification: FunctionSpecification, indent: number): string {
  const margin = indentation(indent);
  const { name, parameters, returns, characteristics, body } = specification;
  const lines = [
    `${margin}FUNCTION ${formatName(name)}(${formatParameters(parameters)})`,
    `${margin}RETURNS ${formatType(returns)}`,
    ...characteristics.map((characteristic) => margin + formatCharacteristic(characteristic, margin)),
    body.kind === 'stringBody' ? `${margin}AS $$\n${body.text}$$` : formatControl(body, indent),
  ];
  return lines.join('\n');
}

export function formatParameters(parameters: FunctionSpecification['parameters']): string {
  return parameters.map(({ name, type }) => (name === undefined ? formatType(type) : `${formatIdentifier(name)} ${formatType(type)}`)).join(', ');
}

function formatCharacteristic(characteristic: FunctionCharacteristic, margin: string): string {
  switch (characteristic.kind) {
    case 'language':
      return `LANGUAGE ${formatIdentifier(characteristic.language)}`;
    case 'deterministic':
      return characteristic.deterministic ? 'DETERMINISTIC' : 'NOT DETERMINISTIC';
    case 'nullInput':
      return characteristic.calledOnNull ? 'CALLED ON NULL INPUT' : 'RETURNS NULL ON NULL INPUT';
    case 'security':
      return `SECURITY ${characteristic.mode}`;
    case 'comment':
      return `COMMENT ${formatString(characteristic.comment)}`;
    case 'properties':
      return formatProperties(characteristic.properties, margin);
    default:
      return unreachable(characteristic);
  }
}

/** WITH ( … ) over several lines. */
export function formatProperties(properties: readonly Property[], margin = ''): string {
  return `WITH (\n${properties.map((property) => `${margin}   ${formatProperty(property)}`).join(',\n')}\n${margin})`;
}

export function formatProperty({ name, value }: Property): string {
  return `${formatIdentifier(name)} = ${value === undefined ? 'DEFAULT' : formatExpression(value)}`;
}

function formatBlock(statements: readonly ControlStatement[], indent: number): string {
  return statements.map((statement) => `${formatControl(statement, indent + 1)};\n`).join('');
}

function formatControl(statement: ControlStatement, indent: number): string {
  const margin = indentation(indent);
  switch (statement.kind) {
    case 'return':
      return `${margin}RETURN ${formatExpression(statement.value)}`;
    case 'assignment':
      return `${margin}SET ${formatIdentifier(statement.target)} = ${formatExpression(statement.value)}`;
    case 'iterate':
    case 'leave':
      return `${margin}${statement.kind.toUpperCase()} ${formatIdentifier(statement.label)}`;
    case 'compound':
      return `${margin}BEGIN\n${formatDeclarations(statement, indent + 1)}${formatBlock(statement.statements, indent)}${margin}END`;
    case 'loop':
      return `${margin}${formatLabel(statement)}LOOP\n${formatBlock(statement.statements, indent)}${margin}END LOOP`;
    case 'while':
      return `${margin}${formatLabel(statement)}WHILE ${formatExpression(statement.condition)} DO\n${formatBlock(statement.statements, indent)}${margin}END WHILE`;
    case 'repeat':
      return `${margin}${formatLabel(statement)}REPEAT\n${formatBlock(statement.statements, indent)}${margin}UNTIL ${formatExpression(statement.until)}\n${margin}END REPEAT`;
    case 'ifStatement': {
      const branches = statement.branches.map(
        ({ condition, statements }, i) => `${margin}${i === 0 ? 'IF' : 'ELSEIF'} ${formatExpression(condition)} THEN\n${formatBlock(statements, indent)}`,
      );
      return `${branches.join('')}${formatElse(statement.otherwise, indent)}${margin}END IF`;
    }
    case 'caseStatement': {
      const inner = indentation(indent + 1);
      const clauses = statement.whenClauses.map(
        ({ condition, statements }) => `${inner}WHEN ${formatExpression(condition)} THEN\n${formatBlock(statements, indent + 1)}`,
      );
      const operand = statement.operand === undefined ? '' : ` ${formatExpression(statement.operand)}`;
      return `${margin}CASE${operand}\n${clauses.join('')}${formatElse(statement.otherwise, indent + 1)}${margin}END CASE`;
    }
    default:
      return unreachable(statement);
  }
}

function formatLabel({ label }: { readonly label?: Identifier }): string {
  return label === undefined ? '' : `${formatIdentifier(label)}: `;
}

function formatElse(statements: readonly ControlStatement[] | undefined, indent: number): string {
  return statements === undefined ? '' : `${indentation(indent)}ELSE\n${formatBlock(statements, indent)}`;
}

function formatDeclarations({ declarations }: Extract<ControlStatement, { readonly kind: 'compound' }>, indent: number): string {
  return declarations
    .map((declaration) => {
      const names = declaration.names.map(formatIdentifier).join(', ');
      const value = declaration.default === undefined ? '' : ` DEFAULT ${formatExpression(declaration.default)}`;
      return `${indentation(indent)}DECLARE ${names} ${formatType(declaration.type)}${value};\n`;
    })
    .join('');
}
