import type { Identifier, QualifiedName } from '../ast.ts';
import { RESERVED_KEYWORDS } from '../tokens.ts';

const RESERVED: ReadonlySet<string> = new Set(RESERVED_KEYWORDS);

export function formatIdentifier({ value, delimited }: Identifier): string {
  return delimited || RESERVED.has(value.toUpperCase()) ? `"${value.replaceAll('"', '""')}"` : value;
}

export function formatName({ parts }: QualifiedName): string {
  return parts.map(formatIdentifier).join('.');
}

export function formatString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

const INDENT = '   ';

export function indentation(indent: number): string {
  return INDENT.repeat(indent);
}
