import { randomInt } from 'node:crypto';
import net from 'node:net';

// Below the range that systems take the ports of outgoing connections from: between the choice and the start of a
// server, a connection of another process must not take the port.
const FIRST_PORT = 15_000;
const LAST_PORT = 32_000;
const MAX_ATTEMPTS = 100;

/** The first of `count` free ports side by side on 127.0.0.1. */
export async function freePort(count = 1): Promise<number> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const first = randomInt(FIRST_PORT, LAST_PORT - count);
    const ports = Array.from({ length: count }, (_, at) => first + at);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
  throw new Error(`no ${count} free ports side by side between ${FIRST_PORT} and ${LAST_PORT}`);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
