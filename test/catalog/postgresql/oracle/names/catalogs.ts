import path from 'node:path';

/** Further properties of the catalogs that names.sql asks. */
export const NAME_CATALOGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  both: { 'case-insensitive-name-matching': 'true', 'case-insensitive-name-matching.config-file': path.join(import.meta.dirname, 'mapping.json') },
  mapped: { 'case-insensitive-name-matching.config-file': path.join(import.meta.dirname, 'mapping.json') },
  insensitive: { 'case-insensitive-name-matching': 'true' },
  exact: {},
};
