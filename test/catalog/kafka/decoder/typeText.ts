import type { Type } from '../../../../spi/type.ts';

/** The few spellings of types that the recorded cases use. */
export function typeOf(text: string): Type {
  const m = /^([a-z ]+?)(?:\(([0-9a-z, ]+)\))?( with time zone)?$/.exec(text.toLowerCase());
  const kind = m?.[1] ?? '';
  const numbers = (m?.[2] ?? '').split(',').map((n) => Number(n));
  switch (kind) {
    case 'varchar':
      return m?.[2] === undefined ? { kind } : { kind, length: numbers[0] ?? 0 };
    case 'char':
      return { kind, length: numbers[0] ?? 1 };
    case 'decimal':
      return { kind, precision: numbers[0] ?? 38, scale: numbers[1] ?? 0 };
    case 'time':
    case 'timestamp': {
      const precision = numbers[0] ?? 3;
      return m?.[3] === undefined ? { kind, precision } : { kind: `${kind} with time zone`, precision };
    }
    case 'array':
      return { kind, element: typeOf(m?.[2] ?? 'bigint') };
    case 'map': {
      const [key = 'varchar', value = 'bigint'] = (m?.[2] ?? '').split(',');
      return { kind, key: typeOf(key.trim()), value: typeOf(value.trim()) };
    }
    case 'row':
      return { kind, fields: [{ name: 'b', type: typeOf('bigint') }] };
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'real':
    case 'double':
    case 'varbinary':
    case 'date':
    case 'json':
    case 'uuid':
    case 'ipaddress':
    case 'interval day to second':
      return { kind };
    default:
      throw new Error(`type '${text}'`);
  }
}
