import net from 'node:net';
import { crc32 } from '@node-rs/crc32';
import { RequestWriter } from '../../../../catalog/kafka/wire/protocolBuffer.ts';

const API = { fetch: 1, listOffsets: 2, metadata: 3, apiVersions: 18 } as const;
/** Old ones: they have the fewest fields. */
const VERSIONS = [
  [API.fetch, 4],
  [API.listOffsets, 2],
  [API.metadata, 4],
  [API.apiVersions, 0],
] as const;
const EARLIEST = -2n;

export interface FakeBroker {
  readonly nodes: string;
  /** Fetch requests answered so far. */
  readonly fetches: number;
  close(): Promise<void>;
}

export interface FakeTopic {
  readonly name: string;
  /** Where the one partition ends. */
  readonly end: number;
  /** The bytes that answer the so manieth Fetch. */
  answer(fetch: number): Buffer;
}

/** A broker that leads one partition and answers Fetch as a test wants. */
export async function startFakeBroker(topic: FakeTopic): Promise<FakeBroker> {
  const sockets = new Set<net.Socket>();
  let fetches = 0;
  let port = 0;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let input = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      input = Buffer.concat([input, chunk]);
      while (input.length >= 4 && input.length >= 4 + input.readInt32BE(0)) {
        const request = input.subarray(4, 4 + input.readInt32BE(0));
        input = input.subarray(4 + request.length);
        if (request.readInt16BE(0) === API.fetch) fetches++;
        const body = respond(request, { topic, port, fetches });
        const head = Buffer.alloc(8);
        head.writeInt32BE(4 + body.length, 0);
        head.writeInt32BE(request.readInt32BE(4), 4);
        socket.write(Buffer.concat([head, body]));
      }
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake broker has no port');
  port = address.port;
  return {
    nodes: `127.0.0.1:${port}`,
    get fetches() {
      return fetches;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

function respond(request: Buffer, { topic, port, fetches }: { readonly topic: FakeTopic; readonly port: number; readonly fetches: number }): Buffer {
  const api = request.readInt16BE(0);
  const out = new RequestWriter();
  switch (api) {
    case API.apiVersions:
      return out
        .int16(0)
        .array(VERSIONS, ([key, version]) => out.int16(key).int16(version).int16(version))
        .finish();
    case API.metadata: {
      const partition = (id: number) =>
        out
          .int16(0)
          .int32(id)
          .int32(1)
          .array([1], (broker) => out.int32(broker))
          .array([1], (broker) => out.int32(broker));
      out.int32(0).array([1], (id) => out.int32(id).string('127.0.0.1').int32(port).string(null));
      out.string('fake').int32(1);
      return out.array([topic.name], (name) => out.int16(0).string(name).boolean(false).array([0], partition)).finish();
    }
    case API.listOffsets: {
      // the one question ends the request
      const earliest = request.readBigInt64BE(request.length - 8) === EARLIEST;
      const offset = BigInt(earliest ? 0 : topic.end);
      return out
        .int32(0)
        .array([topic.name], (name) => out.string(name).array([0], (id) => out.int32(id).int16(0).int64(-1n).int64(offset)))
        .finish();
    }
    case API.fetch: {
      const end = BigInt(topic.end);
      const partition = (id: number) =>
        out
          .int32(id)
          .int16(0)
          .int64(end)
          .int64(end)
          .array([], () => undefined)
          .bytes(topic.answer(fetches));
      return out
        .int32(0)
        .array([topic.name], (name) => out.string(name).array([0], partition))
        .finish();
    }
    default:
      throw new Error(`the fake broker does not know request ${api}`);
  }
}

/** A message set of Kafka's first format. */
export function messageSet(first: number, values: readonly string[]): Buffer {
  return Buffer.concat(
    values.map((value, i) => {
      const body = Buffer.alloc(10 + Buffer.byteLength(value));
      body.writeInt32BE(-1, 2); // no key
      body.writeInt32BE(Buffer.byteLength(value), 6);
      body.write(value, 10);
      const head = Buffer.alloc(16);
      head.writeBigInt64BE(BigInt(first + i), 0);
      head.writeInt32BE(body.length + 4, 8);
      head.writeUInt32BE(crc32(body), 12);
      return Buffer.concat([head, body]);
    }),
  );
}
