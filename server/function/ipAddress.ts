/** The 16 bytes of an IPv4 or IPv6 address; undefined: not an address. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return mapped(v4);
  const plain = text.replace(/%.+$/, '');
  if (!/^[0-9a-fA-F:.]+$/.test(plain) || !plain.includes(':')) return undefined;
  const groups = groupsOf(plain);
  if (groups === undefined) return undefined;
  const bytes = new Uint8Array(16);
  for (const [i, group] of groups.entries()) {
    bytes[2 * i] = group >> 8;
    bytes[2 * i + 1] = group & 255;
  }
  return bytes;
}

/** IPv4 addresses live in ::ffff:0:0/96. */
function mapped(v4: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...v4]);
}

function parseV4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

function groupsOf(text: string): readonly number[] | undefined {
  let tail: readonly number[] = [];
  let head = text;
  if (text.includes('.')) {
    const at = text.lastIndexOf(':') + 1;
    const v4 = parseV4(text.slice(at));
    if (v4 === undefined) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = v4;
    tail = [a * 256 + b, c * 256 + d];
    head = text.slice(0, at).replace(/([^:]):$/, '$1');
  }
  const halves = head.split('::');
  if (halves.length > 2) return undefined;
  const [left, right] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const written = [...(left ?? []), ...(right ?? [])];
  if (!written.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const missing = 8 - written.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const hex = (groups: readonly string[] = []) => groups.map((group) => Number.parseInt(group, 16));
  return [...hex(left), ...new Array<number>(right === undefined ? 0 : missing).fill(0), ...hex(right), ...tail];
}
