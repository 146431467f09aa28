import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { begin, drain, kafkaCatalog, tableOf } from './kafkaCatalog.ts';

const START_MS = 180_000;
const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required';

let dir: string;
let rig: KafkaRig | undefined;

async function answer(nodes: string, properties: Record<string, string>): Promise<unknown> {
  const { connector } = await kafkaCatalog({ 'kafka.nodes': nodes, 'kafka.table-names': 'absent', ...properties });
  const transaction = begin(connector);
  try {
    return (await drain(transaction, await tableOf(transaction, 'absent'), [])).rows.length;
  } catch (error) {
    // whoever gets in learns that there is no such topic
    return error instanceof Error ? error.message : error;
  } finally {
    await connector.close();
  }
}

function clientProperties(lines: readonly string[]): Record<string, string> {
  const file = path.join(dir, 'client.properties');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return { 'kafka.config.resources': file };
}

describe('SASL', () => {
  beforeAll(async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-sasl-'));
    rig = await startKafka({
      dataDir: dir,
      clientListener: 'SASL_PLAINTEXT',
      properties: {
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
        'sasl.mechanism.inter.broker.protocol': 'PLAIN',
        'listener.name.sasl_plaintext.plain.sasl.jaas.config': `${PLAIN} username="admin" password="admin-pw" user_admin="admin-pw" user_alice="it's, a =secret";`,
        'listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config': `${SCRAM};`,
        'listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config': `${SCRAM};`,
      },
      formatArguments: ['--add-scram', 'SCRAM-SHA-256=[name=bob,password=bob-pw]', '--add-scram', 'SCRAM-SHA-512=[name=bob,password=bob-pw]'],
    });
  }, START_MS);

  afterAll(async () => {
    await rig?.stop();
    rmSync(dir, { recursive: true, force: true });
  }, START_MS);

  test.each([
    ['PLAIN', `${PLAIN} username="alice" password="it's, a =secret";`, /UNKNOWN_TOPIC_OR_PARTITION/],
    ['PLAIN', `${PLAIN} username="alice" password="wrong";`, /SASL_AUTHENTICATION_FAILED/],
    ['SCRAM-SHA-256', `${SCRAM} username="bob" password="bob-pw";`, /UNKNOWN_TOPIC_OR_PARTITION/],
    ['SCRAM-SHA-512', `${SCRAM} username="bob" password="bob-pw";`, /UNKNOWN_TOPIC_OR_PARTITION/],
    ['SCRAM-SHA-512', `${SCRAM} username="bob" password="wrong";`, /SASL_AUTHENTICATION_FAILED/],
    ['OAUTHBEARER', 'x required token="t";', /the broker does not take OAUTHBEARER; it offers/],
  ])('%s with %s', async (mechanism, jaas, expected) => {
    const properties = clientProperties([
      'security.protocol=SASL_PLAINTEXT',
      `sasl.mechanism = ${mechanism}`,
      `sasl.jaas.config=${jaas.replaceAll('=', '\\=')}`,
    ]);
    expect(await answer(rig?.nodes ?? '', properties)).toMatch(expected);
  });

  test('what is missing or unknown stops the start', async () => {
    await expect(answer('h:1', clientProperties(['security.protocol=SASL_PLAINTEXT', 'sasl.mechanism=GSSAPI']))).rejects.toMatchObject({
      errorName: 'CONFIGURATION_INVALID',
      message: expect.stringContaining("sasl.mechanism 'GSSAPI' is not supported"),
    });
    await expect(answer('h:1', clientProperties(['security.protocol=SASL_PLAINTEXT', 'sasl.mechanism=PLAIN']))).rejects.toMatchObject({
      message: expect.stringContaining('expected a login module'),
    });
    await expect(answer('h:1', { 'kafka.security-protocol': 'SASL_SSL' })).rejects.toMatchObject({
      message: "Only PLAINTEXT and SSL security protocols are supported. See 'kafka.config.resources' if other security protocols are needed",
    });
    await expect(answer('h:1', { 'kafka.config.resources': '/nonexistent' })).rejects.toMatchObject({ message: 'file does not exist: /nonexistent' });
  });
});

describe('TLS', () => {
  const PASSWORD = 'changeit';
  const tool =
    (name: string) =>
    (...args: string[]): void => {
      const run = spawnSync(name, args, { encoding: 'utf8' });
      if (run.status !== 0) throw new Error(run.stdout + run.stderr);
    };
  const keytool = tool('keytool');
  const openssl = tool('openssl');

  beforeAll(async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-tls-'));
    const store = path.join(dir, 'broker.p12');
    keytool(
      '-genkeypair',
      '-alias',
      'broker',
      '-keyalg',
      'EC',
      '-groupname',
      'secp256r1',
      '-validity',
      '30',
      '-dname',
      'CN=broker',
      '-ext',
      'san=ip:127.0.0.1',
      '-storetype',
      'PKCS12',
      '-keystore',
      store,
      '-storepass',
      PASSWORD,
    );
    keytool('-exportcert', '-rfc', '-alias', 'broker', '-keystore', store, '-storepass', PASSWORD, '-file', path.join(dir, 'ca.pem'));
    const [key, certificate] = [path.join(dir, 'client.key'), path.join(dir, 'client.pem')];
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-passout', `pass:${PASSWORD}`, '-keyout', key, '-out', certificate, '-days', '30', '-subj', '/CN=client');
    writeFileSync(path.join(dir, 'client-store.pem'), readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8'));
    keytool('-importcert', '-noprompt', '-alias', 'client', '-file', certificate, '-keystore', store, '-storepass', PASSWORD);
    const properties = {
      'ssl.client.auth': 'required',
      'ssl.keystore.location': store,
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.password': PASSWORD,
      'ssl.truststore.location': store,
      'ssl.truststore.type': 'PKCS12',
      'ssl.truststore.password': PASSWORD,
    };
    rig = await startKafka({ dataDir: path.join(dir, 'data'), clientListener: 'SSL', properties });
  }, START_MS);

  afterAll(async () => {
    await rig?.stop();
    rmSync(dir, { recursive: true, force: true });
  }, START_MS);

  test('an own certificate authority and a client certificate let in; without either, or without TLS, nobody gets in', async () => {
    const nodes = rig?.nodes ?? '';
    const trusting = { 'kafka.security-protocol': 'SSL', 'kafka.ssl.truststore.location': path.join(dir, 'ca.pem'), 'kafka.ssl.truststore.type': 'PEM' };
    const client = { 'kafka.ssl.keystore.location': path.join(dir, 'client-store.pem'), 'kafka.ssl.keystore.type': 'PEM', 'kafka.ssl.key.password': PASSWORD };
    expect(await answer(nodes, { ...trusting, ...client })).toMatch(/UNKNOWN_TOPIC_OR_PARTITION/);
    expect(await answer(nodes, trusting)).toMatch(/Cannot list splits.*(certificate required|closed|bad certificate|ECONNRESET)/);
    await expect(answer(nodes, { ...trusting, ...client, 'kafka.ssl.key.password': 'wrong' })).resolves.toMatch(/Cannot list splits/);
    expect(await answer(nodes, { 'kafka.security-protocol': 'SSL', ...client })).toMatch(/self-signed certificate/);
    expect(await answer(nodes, {})).toMatch(/Cannot list splits/);
  });
});

describe('OAUTHBEARER', () => {
  const OAUTH = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required';
  const part = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url');
  const token = (expires: number): string => `${part({ alg: 'none' })}.${part({ sub: 'carol', iat: expires - 3_600, exp: expires })}.`;

  beforeAll(async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-oauth-'));
    rig = await startKafka({
      dataDir: dir,
      clientListener: 'SASL_PLAINTEXT',
      properties: {
        'sasl.enabled.mechanisms': 'OAUTHBEARER,PLAIN',
        'sasl.mechanism.inter.broker.protocol': 'PLAIN',
        'listener.name.sasl_plaintext.plain.sasl.jaas.config': `${PLAIN} username="admin" password="admin-pw" user_admin="admin-pw";`,
        'listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config': `${OAUTH} unsecuredLoginStringClaim_sub="broker";`,
      },
    });
  }, START_MS);

  afterAll(async () => {
    await rig?.stop();
    rmSync(dir, { recursive: true, force: true });
  }, START_MS);

  test('a bearer token lets in until it has expired', async () => {
    const now = Math.floor(Date.now() / 1000);
    const bearer = (text: string) =>
      clientProperties(['security.protocol=SASL_PLAINTEXT', 'sasl.mechanism=OAUTHBEARER', `sasl.jaas.config=${OAUTH} token="${text}";`]);
    expect(await answer(rig?.nodes ?? '', bearer(token(now + 600)))).toMatch(/UNKNOWN_TOPIC_OR_PARTITION/);
    expect(await answer(rig?.nodes ?? '', bearer(token(now - 600)))).toMatch(/SASL_AUTHENTICATION_FAILED|invalid_token/);
    expect(await answer(rig?.nodes ?? '', bearer('nonsense'))).toMatch(/SASL_AUTHENTICATION_FAILED|invalid_token/);
  });
});
