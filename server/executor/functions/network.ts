import { TrinoError } from '../../../spi/trinoError.ts';
import { parseIpAddress } from '../../function/ipAddress.ts';
import { viaUdf } from './viaUdf.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

/** `contains('10.0.0.0/8', address)`. A network in IPv4's notation must have no bits behind its prefix; any other may. */
export const networkContains = viaUdf(
  ([network, address]) => {
    const text = String(network);
    const slash = text.indexOf('/');
    if (slash < 0) throw invalid('Invalid CIDR');
    const base = parseIpAddress(text.slice(0, slash));
    if (base === undefined) throw invalid('Invalid network IP address');
    const length = text.slice(slash + 1);
    const prefix = Number(length);
    if (!/^[+-]?\d+$/.test(length) || Math.abs(prefix) > 0x7fff_ffff)
      throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `For input string: "${length}"`);
    if (prefix < 0) throw invalid('Invalid prefix length');
    const short = !text.slice(0, slash).includes(':');
    const bits = short ? prefix + 96 : prefix;
    const network128 = numberOf(base);
    if (bits > 128 || (short && network128 !== (network128 >> BigInt(128 - bits)) << BigInt(128 - bits))) throw invalid('Invalid CIDR');
    if (!(address instanceof Uint8Array)) throw new Error('not an address');
    return network128 >> BigInt(128 - bits) === numberOf(address) >> BigInt(128 - bits);
  },
  { mayFail: true },
);

const numberOf = (address: Uint8Array): bigint => BigInt(`0x${Buffer.from(address).toString('hex')}`);
