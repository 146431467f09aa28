import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigReader } from './configReader.ts';
import { configurationError, readPropertiesFile } from './propertiesFile.ts';

const RETRIEVAL_MODES = ['STORAGE', 'COORDINATOR_STORAGE_REDIRECT', 'COORDINATOR_PROXY', 'WORKER_PROXY'] as const;
export type RetrievalMode = (typeof RETRIEVAL_MODES)[number];

const QUERY_DATA_ENCODINGS = ['json', 'json+zstd', 'json+lz4'] as const;
export type QueryDataEncoding = (typeof QUERY_DATA_ENCODINGS)[number];

/** How large results reach clients. Sizes in bytes, times in milliseconds. */
export interface SpoolingConfig {
  readonly enabled: boolean;
  readonly sharedSecret: string | undefined;
  readonly encodings: readonly QueryDataEncoding[];
  readonly retrievalMode: RetrievalMode;
  /** As they stand in the file: they are the defaults of session properties. */
  readonly sessionDefaults: ReadonlyMap<string, string>;
  readonly segmentTtlMs: number;
  /** How long a link into the store holds. */
  readonly directTtlMs: number;
  readonly sizeMaxBytes: number;
  readonly explicitAck: boolean;
  readonly pruningIntervalMs: number | undefined;
  readonly location: SpoolingLocation;
}

export type SpoolingLocation = { readonly kind: 'local'; readonly directory: string } | S3Location;

export interface S3Location {
  readonly kind: 's3';
  readonly bucket: string;
  /** Empty, or ends in a slash. */
  readonly prefix: string;
  /** Of the bucket itself: with its name in the host or in the path. */
  readonly bucketUrl: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken: string | undefined;
  /** Segments are encrypted by the store with a key of their own. */
  readonly encryption: boolean;
  readonly retriesMax: number;
  /** Sent with each upload. */
  readonly uploadHeaders: Readonly<Record<string, string>>;
}

const HOUR_MS = 3_600_000;

/** Keys of config.properties that are the defaults of session properties. */
const SESSION_DEFAULTS = [
  ['protocol.spooling.inlining.enabled', 'spooling_inlining_enabled'],
  ['protocol.spooling.inlining.max-rows', 'spooling_inlining_max_rows'],
  ['protocol.spooling.inlining.max-size', 'spooling_inlining_max_size'],
  ['protocol.spooling.initial-segment-size', 'spooling_initial_segment_size'],
  ['protocol.spooling.max-segment-size', 'spooling_max_segment_size'],
] as const;

/** Reads protocol.spooling.* of config.properties, and spooling-manager.properties where there is one; without it segments lie on the local disk. */
export function readSpoolingConfig(config: ConfigReader, etcDir: string, dataDir: string, environment: NodeJS.ProcessEnv): SpoolingConfig {
  const sharedSecret = config.string('protocol.spooling.shared-secret-key');
  if (sharedSecret !== undefined && Buffer.from(sharedSecret, 'base64').length !== 32) {
    throw configurationError(config.file, 'Invalid configuration property protocol.spooling.shared-secret-key: expected 256 bits in base64');
  }
  const sessionDefaults = new Map<string, string>();
  config.boolean('protocol.spooling.inlining.enabled', true);
  config.integer('protocol.spooling.inlining.max-rows', 0, { min: 1, max: 1_000_000 });
  for (const key of ['inlining.max-size', 'initial-segment-size', 'max-segment-size']) config.dataSizeBytes(`protocol.spooling.${key}`, 0);
  for (const [key, property] of SESSION_DEFAULTS) {
    const text = config.string(key);
    if (text !== undefined) sessionDefaults.set(property, text);
  }
  const common = {
    enabled: config.boolean('protocol.spooling.enabled', true),
    sharedSecret,
    encodings: QUERY_DATA_ENCODINGS.filter((encoding) => config.boolean(`protocol.spooling.encoding.${encoding}.enabled`, true)),
    retrievalMode: config.oneOf('protocol.spooling.retrieval-mode', RETRIEVAL_MODES, 'STORAGE'),
    sessionDefaults,
    sizeMaxBytes: config.dataSizeBytes('lepton.spooling.max-size', 10 * 1024 ** 3),
  };
  const directory = config.string('lepton.spooling.directory', path.join(dataDir, 'spool'));
  const segmentTtlMs = config.durationMs('lepton.spooling.segment-ttl', 12 * HOUR_MS);
  const file = path.join(etcDir, 'spooling-manager.properties');
  if (!existsSync(file)) {
    const local = { location: { kind: 'local', directory }, explicitAck: true, pruningIntervalMs: undefined } as const;
    return { ...common, ...local, segmentTtlMs, directTtlMs: segmentTtlMs };
  }
  return { ...common, ...readSpoolingManager(new ConfigReader(file, readPropertiesFile(file, environment)), environment) };
}

type ManagerConfig = Pick<SpoolingConfig, 'segmentTtlMs' | 'directTtlMs' | 'explicitAck' | 'pruningIntervalMs' | 'location'>;

function readSpoolingManager(config: ConfigReader, environment: NodeJS.ProcessEnv): ManagerConfig {
  config.oneOf('spooling-manager.name', ['filesystem'], 'filesystem');
  for (const key of ['fs.azure.enabled', 'fs.gcs.enabled']) {
    if (config.boolean(key, false))
      throw configurationError(config.file, `Invalid configuration property ${key}: only stores with the S3 protocol are supported`);
  }
  for (const key of ACCEPTED) config.accept(key);
  const location = config.required('fs.location');
  if (!config.boolean('fs.s3.enabled', false) && location.startsWith('s3')) {
    throw configurationError(config.file, 'Invalid configuration property fs.s3.enabled: must be true for a location in S3');
  }
  config.oneOf('fs.layout', ['SIMPLE'], 'SIMPLE');
  config.integer('fs.segment.pruning.batch-size', 250, { min: 1, max: 250 });
  const pruningIntervalMs = config.durationMs('fs.segment.pruning.interval', 5 * 60_000);
  const result = {
    segmentTtlMs: config.durationMs('fs.segment.ttl', 12 * HOUR_MS),
    directTtlMs: config.durationMs('fs.segment.direct.ttl', HOUR_MS),
    explicitAck: config.boolean('fs.segment.explicit-ack', true),
    pruningIntervalMs: config.boolean('fs.segment.pruning.enabled', true) ? pruningIntervalMs : undefined,
    location: readS3Location(config, location, environment),
  };
  config.requireAllUsed();
  return result;
}

/** Trino's keys about connections that have no meaning here: taken without effect. */
const ACCEPTED = [
  's3.retry-mode',
  's3.max-connections',
  's3.connection-ttl',
  's3.connection-max-idle-time',
  's3.socket-connect-timeout',
  's3.socket-read-timeout',
  's3.tcp-keep-alive',
  's3.streaming.part-size',
  's3.exclusive-create',
  's3.application-id',
];

function readS3Location(config: ConfigReader, location: string, environment: NodeJS.ProcessEnv): S3Location {
  const [, bucket, rest = ''] = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/.exec(location) ?? [];
  if (bucket === undefined)
    throw configurationError(config.file, `Invalid configuration property fs.location: expected s3://bucket/folder (was '${location}')`);
  const region = config.string('s3.region') ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1';
  const endpoint = (config.string('s3.endpoint') ?? `https://s3.${region}.amazonaws.com`).replace(/\/+$/, '');
  const inPath = config.boolean('s3.path-style-access', false);
  const accessKey = config.string('s3.aws-access-key') ?? environment.AWS_ACCESS_KEY_ID;
  const secretKey = config.string('s3.aws-secret-key') ?? environment.AWS_SECRET_ACCESS_KEY;
  if (accessKey === undefined || secretKey === undefined) {
    throw configurationError(
      config.file,
      'Invalid configuration property s3.aws-access-key: must be set with s3.aws-secret-key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  }
  const prefix = rest.replace(/^\/+|\/+$/g, '');
  return {
    kind: 's3',
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    bucketUrl: inPath ? `${endpoint}/${bucket}` : endpoint.replace('://', `://${bucket}.`),
    region,
    accessKey,
    secretKey,
    sessionToken: config.string('s3.aws-access-key') === undefined ? environment.AWS_SESSION_TOKEN : undefined,
    encryption: config.boolean('fs.segment.encryption', true),
    retriesMax: config.integer('s3.max-error-retries', 10, { min: 0 }),
    uploadHeaders: uploadHeaders(config),
  };
}

function uploadHeaders(config: ConfigReader): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const storageClass = config.string('s3.storage-class', 'STANDARD');
  if (storageClass !== 'STANDARD') headers['x-amz-storage-class'] = storageClass;
  const acl = config.string('s3.canned-acl', 'NONE');
  if (acl !== 'NONE') headers['x-amz-acl'] = acl.toLowerCase().replaceAll('_', '-');
  if (config.boolean('s3.requester-pays', false)) headers['x-amz-request-payer'] = 'requester';
  const sse = config.oneOf('s3.sse.type', ['NONE', 'S3', 'KMS'], 'NONE');
  if (sse === 'S3') headers['x-amz-server-side-encryption'] = 'AES256';
  if (sse === 'KMS') {
    headers['x-amz-server-side-encryption'] = 'aws:kms';
    const key = config.string('s3.sse.kms-key-id');
    if (key !== undefined) headers['x-amz-server-side-encryption-aws-kms-key-id'] = key;
  }
  return headers;
}
