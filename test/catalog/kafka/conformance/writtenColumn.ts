import type { FieldGroup } from './world.ts';

/** A column `c` that is written. */
export interface WrittenColumn {
  readonly type: string;
  readonly group: FieldGroup;
  /** As SQL; those of the type where there are none. */
  readonly values?: readonly string[];
}

/** `dataSchema`: the name of a schema file. */
export function writtenColumn(dataFormat: string, type: string, more: object = {}, dataSchema?: string): WrittenColumn {
  const fields = [{ name: 'c', type, ...more }];
  return { type, group: { dataFormat, fields, ...(dataSchema === undefined ? {} : { dataSchema: `@schemas@/${dataSchema}` }) } };
}
