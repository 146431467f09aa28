import type { Expression } from '../../spi/expression.ts';
import type { Value } from '../../spi/value.ts';

/** Three-valued logic; 'unknown form': not an expression over this column that can be decided here. */
type Answer = boolean | null | 'unknown form';

/** Whether the filter lets a row through when the column has this value. */
export function accepts(filter: Expression, column: string, value: string): Answer {
  switch (filter.kind) {
    case 'constant':
      return typeof filter.value === 'boolean' || filter.value === null ? filter.value : 'unknown form';
    case 'comparison':
      return compare(filter.operator, operand(filter.left, column, value), operand(filter.right, column, value));
    case 'in': {
      const candidate = operand(filter.value, column, value);
      return any(filter.list.map((item) => compare('=', candidate, operand(item, column, value))));
    }
    case 'between':
      return all([
        compare('>=', operand(filter.value, column, value), operand(filter.min, column, value)),
        compare('<=', operand(filter.value, column, value), operand(filter.max, column, value)),
      ]);
    case 'is null': {
      const candidate = operand(filter.value, column, value);
      return candidate === undefined ? 'unknown form' : candidate === null;
    }
    case 'not': {
      const inner = accepts(filter.value, column, value);
      return typeof inner === 'boolean' ? !inner : inner;
    }
    case 'logical': {
      const terms = filter.terms.map((term) => accepts(term, column, value));
      return filter.operator === 'AND' ? all(terms) : any(terms);
    }
    default:
      return 'unknown form';
  }
}

/** undefined: neither the column nor a constant. */
function operand(expression: Expression, column: string, value: string): Value | undefined {
  if (expression.kind === 'constant') return expression.value;
  if (expression.kind === 'reference' && expression.name === column) return value;
  if (expression.kind === 'cast' && expression.type.kind === 'varchar') {
    const inner = operand(expression.value, column, value);
    // a varchar that is long enough holds the same text
    return typeof inner === 'string' && inner.length <= (expression.type.length ?? inner.length) ? inner : undefined;
  }
  return undefined;
}

function compare(operator: string, left: Value | undefined, right: Value | undefined): Answer {
  if (left === undefined || right === undefined) return 'unknown form';
  if (operator === 'IS DISTINCT FROM') return left !== right;
  if (left === null || right === null) return null;
  if (typeof left !== 'string' || typeof right !== 'string') return 'unknown form';
  switch (operator) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return 'unknown form';
  }
}

function all(answers: readonly Answer[]): Answer {
  if (answers.includes('unknown form')) return 'unknown form';
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

function any(answers: readonly Answer[]): Answer {
  if (answers.includes('unknown form')) return 'unknown form';
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}
