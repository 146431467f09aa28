import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { type KafkaRig, startKafka } from './kafka.ts';

/** Three brokers, of which the first is also the controller. */
export interface KafkaClusterRig {
  /** All of them, as in `kafka.nodes`. */
  readonly nodes: string;
  /** By node id; the second and the third may be killed. */
  broker(id: number): KafkaRig;
  /** One that was killed. */
  restart(id: number): Promise<void>;
  stop(): Promise<void>;
}

const PROPERTIES = {
  'offsets.topic.replication.factor': '3',
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
};

export async function startKafkaCluster(dir: string, log?: (line: string) => void): Promise<KafkaClusterRig> {
  const clusterId = randomBytes(16).toString('base64url');
  const brokers = new Map<number, KafkaRig>();
  const broker = (id: number): KafkaRig => {
    const found = brokers.get(id);
    if (found === undefined) throw new Error(`no broker ${id}`);
    return found;
  };
  const start = async (nodeId: number, port?: number): Promise<void> => {
    const controllerPort = nodeId === 1 ? undefined : portOf(broker(1)) + 1;
    brokers.set(
      nodeId,
      await startKafka({
        dataDir: path.join(dir, String(nodeId)),
        heapMegabytes: 192,
        properties: PROPERTIES,
        member: { clusterId, nodeId, controllerPort },
        ...(port === undefined ? {} : { port }),
        ...(log === undefined ? {} : { log }),
      }),
    );
  };
  for (const id of [1, 2, 3]) await start(id);
  return {
    nodes: [1, 2, 3].map((id) => broker(id).nodes).join(','),
    broker,
    restart: (id) => start(id, portOf(broker(id))),
    stop: async () => {
      for (const id of [3, 2, 1]) await broker(id).kill();
    },
  };
}

function portOf({ nodes }: KafkaRig): number {
  return Number(nodes.split(':')[1]);
}
