// As much of a schema registry as readers and producers ask for; tells its port.
import http from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

interface Version {
  readonly id: number;
  readonly schema: string;
}

const { credentials }: { credentials: string | undefined } = workerData;
const wanted = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
const subjects = new Map<string, Version[]>();
const byText = new Map<string, Version>();

function answerTo(method: string | undefined, url: string, body: string): readonly [number, unknown] {
  const [first, second, third, fourth] = url.split('/').filter(Boolean).map(decodeURIComponent);
  if (first === 'subjects' && second === undefined) return [200, [...subjects.keys()]];
  if (first === 'subjects' && third === 'versions' && second !== undefined) {
    if (method === 'POST') {
      const version = byText.get(body) ?? { id: byText.size + 1, ...JSON.parse(body) };
      byText.set(body, version);
      subjects.set(second, [...(subjects.get(second) ?? []).filter((v) => v !== version), version]);
      return [200, { id: version.id }];
    }
    const versions = subjects.get(second);
    const at = fourth === 'latest' ? (versions?.length ?? 0) - 1 : Number(fourth) - 1;
    const found = versions?.[at];
    return found === undefined
      ? [404, { error_code: 40401, message: `Subject '${second}' not found.` }]
      : [200, { subject: second, version: at + 1, ...found }];
  }
  const byId = first === 'schemas' && second === 'ids' ? [...byText.values()].find((v) => v.id === Number(third)) : undefined;
  return byId === undefined ? [404, { error_code: 40403, message: 'Schema not found' }] : [200, byId];
}

const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    const allowed = wanted === undefined || request.headers.authorization === wanted;
    const [status, answer] = allowed
      ? answerTo(request.method, request.url?.replace(/\?.*/, '') ?? '', body)
      : [401, { error_code: 401, message: 'Unauthorized' }];
    response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' });
    response.end(JSON.stringify(answer));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  parentPort?.postMessage(address !== null && typeof address === 'object' ? address.port : 0);
});
