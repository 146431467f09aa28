import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseResourceGroups } from '../../../server/config/resourceGroupSpec.ts';

/** By test/tools/RecordResourceGroups.java from a real Trino: a file's text and what was said of it. */
const RECORDED = readFileSync(path.join(import.meta.dirname, 'resourceGroups.tsv'), 'utf8')
  .split('\n')
  .filter((line) => line !== '');

/** These name classes of Java, or a place in the text. */
const OF_THE_JSON_LIBRARY = /^(?:Cannot (?:coerce|deserialize|construct)|Invalid JSON bytes|Unknown property at line)/;

describe('a file of resource groups', () => {
  for (const line of RECORDED) {
    const [text = '', message = ''] = line.split('\t');
    it(`is judged as by Trino: ${text}`, () => {
      if (message === 'OK') expect(parseResourceGroups(text).rootGroups.length).toBeGreaterThanOrEqual(0);
      else if (OF_THE_JSON_LIBRARY.test(message)) expect(() => parseResourceGroups(text)).toThrow();
      else expect(() => parseResourceGroups(text)).toThrow(expect.objectContaining({ message }));
    });
  }
});
