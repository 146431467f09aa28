import { isUtf8 } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import zlib from 'node:zlib';
import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Value } from '../../../../spi/value.ts';
import type { ScalarImplementation, ScalarImplementations } from '../implementation.ts';
import { padded, scripted } from '../text/string.ts';
import { murmur3 } from '../sketch/murmur3.ts';
import { spookyHash } from './spookyHash.ts';
import { xxHash64 } from './xxHash64.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

export const bytesOf = (value: Value): Buffer => {
  if (!(value instanceof Uint8Array)) throw new Error('not varbinary');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
};

const bytes = (mayFail: boolean, evaluate: (data: Buffer, ...rest: readonly Value[]) => Value): ScalarImplementation =>
  scripted(mayFail, (value, ...rest) => evaluate(bytesOf(value), ...rest));

const hash = (algorithm: string): ScalarImplementation => bytes(false, (data) => createHash(algorithm).update(data).digest());
const hmac = (algorithm: string): ScalarImplementation =>
  bytes(true, (data, key) => {
    const secret = bytesOf(key ?? null);
    if (secret.length === 0) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Empty key');
    return createHmac(algorithm, secret).update(data).digest();
  });

const spooky = (length: number): ScalarImplementation =>
  bytes(false, (data) => {
    const hash = Buffer.alloc(8);
    hash.writeBigUInt64BE(spookyHash(data));
    return hash.subarray(8 - length);
  });

/** Texts as well as their UTF-8 bytes are taken by the decoding functions. */
const textOf = (value: Value): string => (value instanceof Uint8Array ? bytesOf(value).toString('latin1') : String(value));

const fromHex = scripted(true, (value) => {
  const text = textOf(value);
  if (text.length % 2 !== 0) throw invalid('invalid input length ' + text.length);
  const wrong = /[^0-9a-fA-F]/.exec(text)?.[0];
  if (wrong !== undefined) throw invalid(`not a hexadecimal digit: "${wrong}" = ${wrong.charCodeAt(0)}`);
  return Buffer.from(text, 'hex');
});

const fromBase64 = (url: boolean): ScalarImplementation =>
  scripted(true, (value) => {
    const text = textOf(value);
    const wrong = (url ? /[^A-Za-z0-9_=-]/ : /[^A-Za-z0-9+/=]/).exec(text)?.[0];
    const stripped = text.replace(/=+$/, '');
    if (stripped.length === 1 || (text.length === 1 && wrong !== undefined)) throw invalid('Input byte[] should at least have 2 bytes for base64 bytes');
    if (wrong !== undefined) throw invalid(`Illegal base64 character ${wrong.charCodeAt(0).toString(16)}`);
    if (stripped.length % 4 === 1) throw invalid('Last unit does not have enough valid bits');
    return Buffer.from(text, url ? 'base64url' : 'base64');
  });

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const toBase32 = bytes(false, (data) => {
  let bits = '';
  for (const byte of data) bits += byte.toString(2).padStart(8, '0');
  const digits = (bits.match(/.{1,5}/g) ?? []).map((group) => BASE32[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
  return digits.padEnd(Math.ceil(digits.length / 8) * 8, '=');
});

const fromBase32 = scripted(true, (value) => {
  const text = textOf(value).replace(/=+$/, '');
  if ([1, 3, 6].includes(text.length % 8)) throw invalid(`Invalid input length ${text.length}`);
  let bits = '';
  for (const c of text) {
    const digit = BASE32.indexOf(c);
    if (digit < 0) throw invalid(`Unrecognized character: ${c}`);
    bits += digit.toString(2).padStart(5, '0');
  }
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((group) => Number.parseInt(group, 2)));
});

const fixedSize = (name: string, size: number, read: (data: Buffer) => Value): ScalarImplementation =>
  bytes(true, (data) => {
    if (data.length !== size)
      throw invalid(
        name.includes('ieee')
          ? `Input floating-point value must be exactly ${size} bytes long`
          : `expected ${size}-byte input, but got instead: ${data.length}`,
      );
    return read(data);
  });

/** The engine's NaN may have another sign. */
const canonical = (value: number): number => (Number.isNaN(value) ? Number.NaN : value);

function written(size: number, write: (data: Buffer, value: Value) => void): ScalarImplementation {
  return scripted(false, (value) => {
    const data = Buffer.alloc(size);
    write(data, value);
    return data;
  });
}

const LEADS: readonly (readonly [number, number])[] = [
  [0xfe, 1],
  [0xfc, 6],
  [0xf8, 5],
  [0xf0, 4],
  [0xe0, 3],
  [0xc0, 2],
];

/** How many bytes the lead byte and what continues it take. */
function sequenceLength(data: Buffer, at: number): number {
  const lead = data[at] ?? 0;
  const wanted = lead < 0xc0 ? 1 : (LEADS.find(([from]) => lead >= from)?.[1] ?? 1);
  let length = 1;
  while (length < wanted && ((data[at + length] ?? 0) & 0xc0) === 0x80) length++;
  return length;
}

/** Each malformed sequence, however long, becomes one replacement. */
function decodeUtf8(data: Buffer, replacement: () => string): string {
  if (isUtf8(data)) return data.toString('utf8');
  let text = '';
  for (let at = 0; at < data.length; ) {
    const sequence = data.subarray(at, at + sequenceLength(data, at));
    text += isUtf8(sequence) ? sequence.toString('utf8') : replacement();
    at += sequence.length;
  }
  return text;
}

function replacementOf(wide: bigint): () => string {
  if (wide > 0x10ffffn || (wide >= 0xd800n && wide <= 0xdfffn)) throw invalid('Invalid replacement character');
  return () => characterOf(Number(BigInt.asIntN(32, wide)));
}

function characterOf(codePoint: number): string {
  if (codePoint < 0 || codePoint > 0x10ffff)
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Invalid code point 0x${(codePoint >>> 0).toString(16).toUpperCase()}`);
  return String.fromCodePoint(codePoint);
}

const fromUtf8 = bytes(true, (data, replacement) => {
  if (replacement === undefined) return decodeUtf8(data, () => '\ufffd');
  if (typeof replacement === 'bigint') return decodeUtf8(data, replacementOf(replacement));
  const by = String(replacement);
  if ([...by].length > 1) throw invalid('Replacement character string must empty or a single character');
  return decodeUtf8(data, () => by);
});

export const binaryFunctions: ScalarImplementations = {
  md5: hash('md5'),
  sha1: hash('sha1'),
  sha256: hash('sha256'),
  sha512: hash('sha512'),
  hmac_md5: hmac('md5'),
  hmac_sha1: hmac('sha1'),
  hmac_sha256: hmac('sha256'),
  hmac_sha512: hmac('sha512'),
  crc32: bytes(false, (data) => BigInt(zlib.crc32(data))),
  xxhash64: bytes(false, (data) => {
    const hash = Buffer.alloc(8);
    hash.writeBigUInt64BE(xxHash64(data));
    return hash;
  }),
  murmur3: bytes(false, (data) => {
    const hash = Buffer.alloc(16);
    for (const [i, half] of murmur3(data).entries()) hash.writeBigUInt64LE(half, 8 * i);
    return hash;
  }),
  spooky_hash_v2_32: spooky(4),
  spooky_hash_v2_64: spooky(8),
  to_hex: bytes(false, (data) => data.toString('hex').toUpperCase()),
  from_hex: fromHex,
  to_base64: bytes(false, (data) => data.toString('base64')),
  from_base64: fromBase64(false),
  to_base64url: bytes(false, (data) => data.toString('base64').replaceAll('+', '-').replaceAll('/', '_')),
  from_base64url: fromBase64(true),
  to_base32: toBase32,
  from_base32: fromBase32,
  to_utf8: { mayFail: false, emit: (call) => `encode(${padded(call)})` },
  from_utf8: fromUtf8,
  to_big_endian_32: written(4, (data, value) => data.writeInt32BE(Number(value))),
  to_big_endian_64: written(8, (data, value) => data.writeBigInt64BE(BigInt(String(value)))),
  from_big_endian_32: fixedSize('from_big_endian_32', 4, (data) => data.readInt32BE()),
  from_big_endian_64: fixedSize('from_big_endian_64', 8, (data) => data.readBigInt64BE()),
  to_ieee754_32: written(4, (data, value) => data.writeFloatBE(Number(value))),
  to_ieee754_64: written(8, (data, value) => data.writeDoubleBE(canonical(Number(value)))),
  from_ieee754_32: fixedSize('from_ieee754_32', 4, (data) => data.readFloatBE()),
  from_ieee754_64: fixedSize('from_ieee754_64', 8, (data) => data.readDoubleBE()),
};
