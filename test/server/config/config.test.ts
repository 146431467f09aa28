import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigReader } from '../../../server/config/configReader.ts';
import { parseProperties } from '../../../server/config/propertiesFile.ts';
import { readServerConfig } from '../../../server/config/serverConfig.ts';
import { formatDuration, parseDataSizeBytes, parseDurationMs } from '../../../server/config/units.ts';

describe('properties files', () => {
  it('are read as Java reads them', () => {
    const text = '# comment\n! comment\na=1\n b : two words \nc   three\nd=long\\\n  line\ne\\=f=g\nempty=\nu=\\u00e9\\t.\n';
    expect([...parseProperties(text)]).toEqual([
      ['a', '1'],
      ['b', 'two words '],
      ['c', 'three'],
      ['d', 'longline'],
      ['e=f', 'g'],
      ['empty', ''],
      ['u', 'é\t.'],
    ]);
  });
});

describe('units', () => {
  it('are those of Trino', () => {
    expect(parseDurationMs('1.5m')).toBe(90_000);
    expect(parseDurationMs('5 minutes')).toBeUndefined();
    expect(parseDataSizeBytes('1.5kB')).toBe(1536);
    expect(parseDataSizeBytes('16mb')).toBeUndefined();
    expect(formatDuration(8_640_000_000)).toBe('100.00d');
  });
});

describe('server configuration', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-config-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const write = (text: string) => writeFileSync(path.join(dir, 'config.properties'), text);

  it('listens on the loopback address when nothing is configured', () => {
    expect(readServerConfig(dir, {}).http).toEqual({ port: 8080, host: '127.0.0.1', processForwarded: false });
    write('http-server.http.port=9999\n');
    expect(readServerConfig(dir, {}).http).toMatchObject({ port: 9999, host: '0.0.0.0' });
  });

  it('stops at a key that nothing reads, with its name and file', () => {
    write('no.such.key=1\n');
    expect(() => readServerConfig(dir, {})).toThrow(`${path.join(dir, 'config.properties')}: Configuration property 'no.such.key' was not used`);
  });

  it('replaces ${ENV:NAME} and says which is missing', () => {
    write('http-server.http.port=${ENV:PORT}\n');
    expect(readServerConfig(dir, { PORT: '1234' }).http.port).toBe(1234);
    expect(() => readServerConfig(dir, {})).toThrow('environment variable is not set: PORT');
  });

  it('says what was expected', () => {
    write('query.client.timeout=soon\n');
    expect(() => readServerConfig(dir, {})).toThrow(
      "Invalid configuration property query.client.timeout: expected a duration such as 30s or 5m (ns, us, ms, s, m, h, d) (was 'soon')",
    );
  });
});

describe('a reader of configuration', () => {
  it('knows which keys were not asked for', () => {
    const reader = new ConfigReader(
      'x.properties',
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    );
    expect(reader.integer('a', 0)).toBe(1);
    expect(reader.unusedKeys()).toEqual(['b']);
  });
});
