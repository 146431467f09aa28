import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A line of SHOW FUNCTIONS. */
export interface FunctionListing {
  readonly name: string;
  readonly returnType: string;
  readonly argumentTypes: string;
  readonly kind: string;
  readonly deterministic: boolean;
  readonly description: string;
}

let listing: readonly FunctionListing[] | undefined;

/** What SHOW FUNCTIONS of a real Trino lists, less the geospatial, machine learning and Teradata functions. Read on first use. */
export function listFunctions(): readonly FunctionListing[] {
  listing ??= readListing();
  return listing;
}

function readListing(): readonly FunctionListing[] {
  const rows: unknown = JSON.parse(readFileSync(path.join(import.meta.dirname, 'functionListing.json'), 'utf8'));
  if (!Array.isArray(rows)) throw new Error('functionListing.json is not a list');
  return rows.map((row: unknown) => {
    if (!Array.isArray(row)) throw new Error('functionListing.json: not a row');
    const [name, returnType, argumentTypes, kind, deterministic, description] = row.map(String);
    return {
      name: name ?? '',
      returnType: returnType ?? '',
      argumentTypes: argumentTypes ?? '',
      kind: kind ?? '',
      deterministic: deterministic === 'true',
      description: description ?? '',
    };
  });
}
