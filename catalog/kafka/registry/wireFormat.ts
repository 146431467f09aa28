/** A message as Confluent's serializers frame it: a zero byte, the schema's id, for protobuf the place of the message, and the data. */
export interface FramedMessage {
  readonly schemaId: number;
  readonly start: number;
}

const HEADER_BYTES = 5;
const PATH_MAX = 100;

/** undefined: not framed. */
export function readFrame(data: Buffer, start: number, end: number): FramedMessage | undefined {
  if (end - start < HEADER_BYTES || data[start] !== 0) return undefined;
  return { schemaId: data.readInt32BE(start + 1), start: start + HEADER_BYTES };
}

/** The places of the message within its file, and where the data begins; no places at all is the first message. */
export function readMessagePath(data: Buffer, start: number, end: number): { readonly path: readonly number[]; readonly start: number } | undefined {
  let at = start;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (at >= end) return Number.NaN;
      const byte = data[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    return Number.NaN;
  };
  const count = varint();
  if (!(count >= 0 && count <= PATH_MAX)) return undefined;
  const path = Array.from({ length: count }, varint);
  if (path.some((p) => !(p >= 0))) return undefined;
  return { path: count === 0 ? [0] : path, start: at };
}
