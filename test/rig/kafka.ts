import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './freePort.ts';
import { mavenJars } from './mavenJars.ts';
import { end, requireTool, run } from './program.ts';

export const KAFKA_VERSION = '4.1.0';
const START_TIMEOUT_MS = 120_000;

export interface KafkaRigOptions {
  /** The broker's port, and the one after it for the controller; taken ports are an error. Absent: free ones. */
  readonly port?: number;
  /** Where the broker keeps its log; a folder with one from an earlier start is used again. */
  readonly dataDir: string;
  /** One line for each step that takes its time. */
  readonly log?: (line: string) => void;
  /** Further lines of server.properties. */
  readonly properties?: Readonly<Record<string, string>>;
  /** In place of PLAINTEXT for clients: `SASL_PLAINTEXT`, `SSL`, …; its settings go into `properties`. */
  readonly clientListener?: string;
  /** Further arguments of `kafka-storage format`, such as SCRAM users. */
  readonly formatArguments?: readonly string[];
  /** Makes it a further broker of a cluster; absent: a cluster of its own. */
  readonly member?: { readonly clusterId: string; readonly nodeId: number; readonly controllerPort: number | undefined };
  /** Megabytes of Java heap. */
  readonly heapMegabytes?: number;
}

export interface KafkaRig {
  /** `host:port`, as in `kafka.nodes`. */
  readonly nodes: string;
  /** undefined: a broker that was there before. */
  readonly pid: number | undefined;
  readonly logFile: string | undefined;
  stop(): Promise<void>;
  /** As if the machine had failed. */
  kill(): Promise<void>;
}

/** A broker that someone else runs (KAFKA_NODES), or one of our own from Maven Central: Kafka 4.1.0, one node, KRaft. */
export async function startKafka(options: KafkaRigOptions): Promise<KafkaRig> {
  const given = process.env.KAFKA_NODES;
  if (given !== undefined && given !== '' && options.properties === undefined && options.clientListener === undefined) {
    const nothing = (): Promise<void> => Promise.resolve();
    return { nodes: given, pid: undefined, logFile: undefined, stop: nothing, kill: nothing };
  }
  const log = options.log ?? ((): void => undefined);
  await requireTool(
    'java',
    ['-version'],
    'Kafka needs Java 17 or newer on the PATH (Debian: apt-get install openjdk-17-jre-headless), or KAFKA_NODES set to a broker that runs already.',
  );
  const jars = await mavenJars(`kafka-${KAFKA_VERSION}`, 'kafka-pom.xml', log);
  const port = options.port ?? (await freePort(2));
  for (const p of [port, port + 1]) {
    if (await answers(p)) throw new Error(`port ${p} is in use: choose another for Kafka`);
  }
  mkdirSync(options.dataDir, { recursive: true });
  const config = path.join(options.dataDir, 'server.properties');
  writeFileSync(config, serverProperties(port, options));
  const java = (main: string, ...args: string[]): string[] => [
    `-Xmx${options.heapMegabytes ?? 256}m`,
    '-Xms64m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-cp',
    path.join(jars, '*'),
    main,
    ...args,
  ];
  if (!existsSync(path.join(options.dataDir, 'meta.properties'))) {
    const formatted = await run(
      'java',
      java(
        'kafka.tools.StorageTool',
        'format',
        // one word: an id may begin with a dash, which the tool would take for the next option
        `--cluster-id=${options.member?.clusterId ?? randomBytes(16).toString('base64url')}`,
        '-c',
        config,
        ...(options.formatArguments ?? []),
      ),
    );
    if (formatted.code !== 0) throw new Error(`Kafka could not prepare ${options.dataDir}:\n${formatted.output}`);
  }
  log(`starting Kafka ${KAFKA_VERSION} on 127.0.0.1:${port} …`);
  const logFile = path.join(options.dataDir, 'broker.log');
  const out = openSync(logFile, 'w');
  const child = spawn('java', java('kafka.Kafka', config), { stdio: ['ignore', out, out] });
  // a program that ends without stopping its broker must not leave it behind
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  child.once('exit', () => process.off('exit', onExit));
  await untilReady(child, () => (/(^|_)SSL$/.test(options.clientListener ?? '') ? answers(port) : speaksKafka(port)), logFile);
  log(`Kafka answers at 127.0.0.1:${port}`);
  return { nodes: `127.0.0.1:${port}`, pid: child.pid, logFile, stop: () => end(child, 'SIGTERM'), kill: () => end(child, 'SIGKILL') };
}

function serverProperties(port: number, options: KafkaRigOptions): string {
  const listener = options.clientListener ?? 'PLAINTEXT';
  const joined = options.member?.controllerPort;
  const properties: Record<string, string> = {
    'process.roles': joined === undefined ? 'broker,controller' : 'broker',
    'node.id': String(options.member?.nodeId ?? 1),
    listeners: `${listener}://127.0.0.1:${port}${joined === undefined ? `,CONTROLLER://127.0.0.1:${port + 1}` : ''}`,
    'advertised.listeners': `${listener}://127.0.0.1:${port}`,
    'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,${listener}:${listener}`,
    'inter.broker.listener.name': listener,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': `1@127.0.0.1:${joined ?? port + 1}`,
    'log.dirs': options.dataDir,
    'num.partitions': '1',
    // messages of a test may be of any time: half a minute after its start a broker removes what is a week old
    'log.retention.ms': '-1',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '1',
    'group.initial.rebalance.delay.ms': '0',
    'log.cleaner.dedupe.buffer.size': '16777216',
    ...options.properties,
  };
  return `${Object.entries(properties)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;
}

async function untilReady(child: ChildProcess, ready: () => Promise<boolean>, logFile: string): Promise<void> {
  const ended = new AbortController();
  const onExit = (): void => ended.abort();
  child.once('exit', onExit);
  child.once('error', onExit);
  for (const deadline = Date.now() + START_TIMEOUT_MS; !(await ready()); ) {
    if (ended.signal.aborted || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`Kafka did not start; the end of ${logFile}:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    }
    await delay(100);
  }
  child.off('exit', onExit);
}

/** An answer to ApiVersions, not merely an open port. A TLS listener would only hang up. */
function speaksKafka(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    const done = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.once('connect', () => socket.write(Buffer.from('0000000f0012000000000001000570726f6265', 'hex')));
    socket.once('data', () => done(true));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
