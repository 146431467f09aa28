import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connector } from '../../../spi/connector.ts';
import { SESSION } from '../../connector/connectorContext.ts';
import { inTransaction, readScan, requireTable } from '../../connector/rows.ts';
import { type PostgresFixture, startFixture } from './postgresFixture.ts';

const PASSPHRASE = 'open sesame';

let fixture: PostgresFixture;
let dir: string;

beforeAll(async () => {
  fixture = await startFixture();
  if (fixture.rig.logFile === undefined) return;
  const dataDir = path.dirname(fixture.rig.logFile);
  dir = path.join(dataDir, '..', 'tls');
  mkdirSync(dir);
  makeCertificates();
  const { uid, gid } = statSync(dataDir);
  for (const name of ['server.key', 'server.crt', 'ca.crt']) chownSync(file(name), uid, gid);
  const hba = path.join(dataDir, 'pg_hba.conf');
  writeFileSync(
    hba,
    `hostssl all certified 127.0.0.1/32 cert\nhostnossl all certified 127.0.0.1/32 reject\nhostnossl all encrypted 127.0.0.1/32 reject\n${readFileSync(hba, 'utf8')}`,
  );
  await fixture.query(`
    CREATE ROLE certified LOGIN SUPERUSER; CREATE ROLE encrypted LOGIN SUPERUSER;
    CREATE VIEW connection AS SELECT CASE WHEN ssl THEN 'encrypted' ELSE 'plain' END AS how FROM pg_stat_ssl WHERE pid = pg_backend_pid();
    CREATE TABLE many AS SELECT g::bigint AS id, repeat('x', 200) AS text FROM generate_series(1, 60000) g; ANALYZE many`);
  for (const [name, value] of [
    ['ssl_cert_file', file('server.crt')],
    ['ssl_key_file', file('server.key')],
    ['ssl_ca_file', file('ca.crt')],
    ['ssl', 'on'],
  ]) {
    await fixture.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  }
  await fixture.query('CHECKPOINT');
  await fixture.rig.restart();
});
afterAll(() => fixture?.close());

const file = (name: string): string => path.join(dir, name);

function makeCertificates(): void {
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  for (const name of ['ca', 'other']) {
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.crt`, '-days', '30', '-subj', `/CN=${name}`);
  }
  writeFileSync(file('names.txt'), 'subjectAltName=DNS:localhost');
  for (const [name, subject, extra] of [
    ['server', 'localhost', ['-extfile', 'names.txt']],
    ['client', 'certified', []],
  ] as const) {
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`);
    openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-out', `${name}.crt`, '-days', '30', ...extra);
  }
  openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'client.key', '-outform', 'DER', '-out', 'client.pk8');
  openssl('pkcs8', '-topk8', '-in', 'client.key', '-outform', 'DER', '-v2', 'aes-256-cbc', '-passout', `pass:${PASSPHRASE}`, '-out', 'locked.pk8');
  openssl('pkcs12', '-export', '-inkey', 'client.key', '-in', 'client.crt', '-passout', `pass:${PASSPHRASE}`, '-out', 'client.p12');
}

interface Attempt {
  readonly host?: string;
  readonly user?: string;
  readonly parameters: Readonly<Record<string, string>>;
}

async function connect({ host = '127.0.0.1', user = 'postgres', parameters }: Attempt): Promise<Connector> {
  const query = new URLSearchParams(parameters).toString();
  return fixture.connect({ 'connection-url': `jdbc:postgresql://${host}:${fixture.rig.port}/postgres?${query}`, 'connection-user': user });
}

/** How the connection is, or why there is none. */
async function answer(attempt: Attempt): Promise<unknown> {
  try {
    const connector = await connect(attempt);
    return (await read(connector, 'connection'))[0]?.[0];
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

const read = (connector: Connector, table: string): Promise<readonly (readonly unknown[])[]> =>
  inTransaction(connector, async (t) => {
    const { handle, columns } = await requireTable(t, { schema: 'public', table });
    return readScan(
      await t.scan(
        SESSION,
        handle,
        columns.map((column) => column.handle),
        new AbortController().signal,
      ),
    );
  });

const certificate = (key: string): Record<string, string> => ({ sslmode: 'require', sslcert: file('client.crt'), sslkey: file(key) });

test('how a connection is encrypted, and whom it trusts', { timeout: 120_000 }, async ({ skip }) => {
  if (fixture.rig.pid === undefined) skip('a server that was there before is not reconfigured');
  const trusting = { sslrootcert: file('ca.crt') };
  expect(await answer({ parameters: { sslmode: 'disable' } })).toBe('plain');
  expect(await answer({ parameters: { sslmode: 'allow' } })).toBe('plain');
  expect(await answer({ parameters: {} })).toBe('encrypted');
  expect(await answer({ parameters: { sslmode: 'prefer' } })).toBe('encrypted');
  expect(await answer({ parameters: { sslmode: 'require' } })).toBe('encrypted');
  expect(await answer({ parameters: { sslmode: 'verify-ca', ...trusting } })).toBe('encrypted');
  expect(await answer({ parameters: { sslmode: 'verify-ca', sslrootcert: file('other.crt') } })).toMatch(/^SSL error: /);
  expect(await answer({ host: 'localhost', parameters: { sslmode: 'verify-full', ...trusting } })).toBe('encrypted');
  expect(await answer({ host: 'localhost', parameters: { ssl: 'true', ...trusting } })).toBe('encrypted');
  expect(await answer({ parameters: { sslmode: 'verify-full', ...trusting } })).toMatch(/^The hostname 127\.0\.0\.1 could not be verified/);
  expect(await answer({ host: 'localhost', parameters: { sslmode: 'verify-full', sslrootcert: file('other.crt') } })).toMatch(/^SSL error: /);
  expect(await answer({ parameters: { sslmode: 'verify-ca', sslrootcert: file('absent.crt') } })).toBe(
    `Could not open SSL root certificate file ${file('absent.crt')}.`,
  );
  expect(await answer({ parameters: { sslmode: 'verify-ca', sslfactory: 'org.postgresql.ssl.DefaultJavaSSLFactory' } })).toMatch(/^SSL error: /);
});

test('a server that wants encryption, and one that wants a certificate', { timeout: 120_000 }, async ({ skip }) => {
  if (fixture.rig.pid === undefined) skip('a server that was there before is not reconfigured');
  expect(await answer({ user: 'encrypted', parameters: { sslmode: 'disable' } })).toMatch(/pg_hba\.conf rejects connection .*no encryption/);
  expect(await answer({ user: 'encrypted', parameters: { sslmode: 'allow' } })).toBe('encrypted');
  expect(await answer({ user: 'certified', parameters: { sslmode: 'require' } })).toMatch(/requires a valid client certificate/);
  expect(await answer({ user: 'certified', parameters: certificate('client.key') })).toBe('encrypted');
  expect(await answer({ user: 'certified', parameters: certificate('client.pk8') })).toBe('encrypted');
  expect(await answer({ user: 'certified', parameters: { ...certificate('locked.pk8'), sslpassword: PASSPHRASE } })).toBe('encrypted');
  expect(await answer({ user: 'certified', parameters: { ...certificate('locked.pk8'), sslpassword: 'wrong' } })).toMatch(/^Could not read SSL key file /);
  expect(await answer({ user: 'certified', parameters: { sslmode: 'require', sslkey: file('client.p12'), sslpassword: PASSPHRASE } })).toBe('encrypted');
  expect(await answer({ user: 'postgres', parameters: { ...certificate('client.key'), sslmode: 'disable' } })).toBe('plain');
});

test('a large table is read over several encrypted connections', { timeout: 120_000 }, async ({ skip }) => {
  if (fixture.rig.pid === undefined) skip('a server that was there before is not reconfigured');
  const connector = await connect({ user: 'certified', parameters: certificate('client.pk8') });
  const rows = await read(connector, 'many');
  expect(rows.length).toBe(60_000);
  expect(new Set(rows.map(([id]) => id)).size).toBe(60_000);
});
