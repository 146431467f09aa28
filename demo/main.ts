import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort, isFree } from '../test/rig/freePort.ts';
import { type KafkaRig, startKafka } from '../test/rig/kafka.ts';
import { type PostgresRig, startPostgres } from '../test/rig/postgres.ts';
import { Feeder, createDemographics, createTopics } from './data.ts';
import { tellStory } from './story.ts';
import { trinoCli } from './trinoCli.ts';
import { errorMessage } from '../spi/trinoError.ts';

const ROOT = path.join(import.meta.dirname, '..');
const PORT = 8080;
const START_TIMEOUT_MS = 30_000;
const USAGE = `usage: npm run demo -- [--once] [--count N] [--continuous]

  --once        tell the story, check every step, stop everything; exit code 0 when all is well
  --count N     how many posts to produce first (default 10000; twice as many clicks)
  --continuous  after the story go on producing until Ctrl-C
`;

/** What has been started, ended in the opposite order. */
class Started {
  readonly #stops: { readonly name: string; readonly stop: () => Promise<void> }[] = [];

  add(name: string, stop: () => Promise<void>): void {
    this.#stops.push({ name, stop });
  }

  async stopAll(): Promise<void> {
    for (const { name, stop } of this.#stops.splice(0).reverse()) {
      await stop().catch((error: unknown) => print(`${name} did not stop in order: ${String(error)}`));
    }
  }
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      count: { type: 'string', default: '10000' },
      continuous: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    print(USAGE);
    return 0;
  }
  const posts = Number(values.count);
  if (!Number.isSafeInteger(posts) || posts < 500) throw new Error('--count takes a whole number from 500');
  const started = new Started();
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
  });
  try {
    const ended = await Promise.race([run(started, { ...values, posts }), interrupted]);
    if (ended === 'interrupted') print('\nstopping …');
    else if (ended !== 0 || values.once) return ended;
    else {
      await interrupted;
      print('\nstopping …');
    }
    return 0;
  } finally {
    await started.stopAll();
  }
}

interface RunOptions {
  readonly once: boolean;
  readonly continuous: boolean;
  readonly posts: number;
}

async function run(started: Started, { once, continuous, posts }: RunOptions): Promise<number> {
  // where PostgreSQL's own user can come in: not below a home folder
  const dir = path.join(os.platform() === 'win32' ? os.tmpdir() : '/var/tmp', `lepton-demo-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  started.add('the data folder', async () => rmSync(dir, { recursive: true, force: true }));
  const jar = await trinoCli(print);
  const [kafka, postgres] = await Promise.all([
    startKafka({ dataDir: path.join(dir, 'kafka'), log: print }).then((rig) => (started.add('Kafka', rig.stop), rig)),
    startPostgres({ dataDir: path.join(dir, 'postgres'), log: print }).then((rig) => (started.add('PostgreSQL', rig.stop), rig)),
  ]);
  print('creating topics and tables …');
  await Promise.all([createTopics(kafka.nodes), createDemographics(postgres.url)]);
  const feeder = new Feeder(kafka.nodes, 42);
  started.add('the producer', () => feeder.close());
  print(`producing ${posts} posts and ${posts * 2} clicks …`);
  await feeder.send(posts);
  const etcDir = writeEtc(dir, kafka, postgres);
  const { url, startMs } = await startLepton(started, etcDir);
  print(`Lepton answers at ${url} after ${startMs} ms`);
  const results = await tellStory({ jar, url, feeder, posts, print, descriptionFile: path.join(etcDir, 'kafka', 'fake_social_media.json') });
  const failed = results.filter((result) => result.error !== undefined);
  print(
    `\n${results.length - failed.length} of ${results.length} steps went well${failed.length === 0 ? '.' : `; not: ${failed.map((step) => step.title).join('; ')}`}`,
  );
  if (!once) {
    printHowTo({ jar, url, etcDir });
    if (continuous) started.add('the endless producer', endlessProducer(feeder));
  }
  return failed.length === 0 ? 0 : 1;
}

function endlessProducer(feeder: Feeder): () => Promise<void> {
  const controller = new AbortController();
  const producing = feeder.sendUntil(controller.signal, 10, 200);
  return async () => {
    controller.abort();
    await producing;
  };
}

/** A copy of etc/ that knows where the servers are; the story edits it. */
function writeEtc(dir: string, kafka: KafkaRig, postgres: PostgresRig): string {
  const etcDir = path.join(dir, 'etc');
  cpSync(path.join(ROOT, 'etc'), etcDir, { recursive: true });
  const edit = (file: string, change: (text: string) => string) => {
    const at = path.join(etcDir, file);
    writeFileSync(at, change(readFileSync(at, 'utf8')));
  };
  edit('catalog/kafka.properties', (text) =>
    text
      .replace(/^kafka\.nodes=.*$/m, `kafka.nodes=${kafka.nodes}`)
      .replace(/^kafka\.table-description-dir=.*$/m, `kafka.table-description-dir=${etcDir}/kafka`),
  );
  edit('catalog/postgres.properties', (text) =>
    text
      .replace(/^connection-url=.*$/m, `connection-url=jdbc:postgresql://${postgres.host}:${postgres.port}/${postgres.database}`)
      .replace(/^connection-user=.*$/m, `connection-user=${postgres.user}`)
      .replace(/^connection-password=.*$/m, `connection-password=${process.env.PGPASSWORD ?? ''}`),
  );
  edit('node.properties', (text) => `${text}node.data-dir=${dir}/lepton\n`);
  return etcDir;
}

async function startLepton(started: Started, etcDir: string): Promise<{ url: string; startMs: number }> {
  const port = (await isFree(PORT)) ? PORT : await freePort();
  if (port !== PORT) print(`port ${PORT} is in use: Lepton takes ${port}`);
  const config = path.join(etcDir, 'config.properties');
  writeFileSync(config, `${readFileSync(config, 'utf8')}http-server.http.port=${port}\nhttp-server.bind-address=127.0.0.1\n`);
  const startedMs = performance.now();
  const child = spawn(path.join(ROOT, 'bin', 'lepton'), ['--etc-dir', etcDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LEPTON_LOG: 'warn' },
  });
  started.add('Lepton', () => stopped(child));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000);
  });
  const url = `http://127.0.0.1:${port}`;
  while (performance.now() - startedMs < START_TIMEOUT_MS) {
    if (child.exitCode !== null) throw new Error(`Lepton did not start:\n${log}`);
    const answer = await fetch(`${url}/v1/info`).catch(() => undefined); // refused until it listens
    if (answer?.ok === true) return { url, startMs: Math.round(performance.now() - startedMs) };
    await delay(20);
  }
  throw new Error(`Lepton did not answer within ${START_TIMEOUT_MS / 1_000} s:\n${log}`);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}

function printHowTo({ jar, url, etcDir }: { jar: string; url: string; etcDir: string }): void {
  const { port } = new URL(url);
  print(`
All of it goes on running. Ask your own questions:

  CLI      java -jar ${jar} --server ${url} --user demo --catalog kafka --schema demo
  Python   pip install trino, then: trino.dbapi.connect(host='127.0.0.1', port=${port}, user='demo', catalog='kafka', schema='demo')
  JDBC     jdbc:trino://127.0.0.1:${port}/kafka/demo (user demo, no password)
  Console  ${url}/ui/
  Files    ${etcDir} (catalogs and table descriptions are read again when they change)

Ctrl-C stops everything.`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    print(`demo: ${errorMessage(error)}`);
    process.exit(1);
  },
);
