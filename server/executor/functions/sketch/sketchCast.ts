import type { Type } from '../../../../spi/type.ts';
import { bytesOf } from '../binary/binary.ts';
import type { EmitContext } from '../implementation.ts';
import { HyperLogLog } from './hyperLogLog.ts';
import { SetDigest } from './setDigest.ts';
import { TDigest } from './tDigest.ts';

/** A cast from or to a sketch; undefined: neither is one. Most are their bytes, read only when they are used. */
export function emitSketchCast(sql: string, from: Type, to: Type, context: EmitContext): string | undefined {
  const convert = conversion(from, to);
  if (convert !== undefined) {
    const udf = context.udf({
      name: 'sketch_cast',
      parameterTypes: [from],
      returnType: to,
      nulls: 'propagate',
      evaluate: (value) => convert(bytesOf(value)),
    });
    return udf(sql);
  }
  return isSketchKind(from) || isSketchKind(to) ? sql : undefined;
}

const isSketchKind = (type: Type): boolean => ['HyperLogLog', 'P4HyperLogLog', 'SetDigest', 'tdigest', 'qdigest'].includes(type.kind);

function conversion(from: Type, to: Type): ((bytes: Uint8Array) => Uint8Array) | undefined {
  if (from.kind === 'tdigest' || to.kind === 'tdigest') return (bytes) => TDigest.deserialize(bytes).serialize();
  if (from.kind === 'SetDigest' && to.kind === 'HyperLogLog') return (bytes) => SetDigest.deserialize(bytes).hyperLogLog.serialize();
  if (from.kind === 'HyperLogLog' && to.kind === 'P4HyperLogLog')
    return (bytes) => {
      const sketch = HyperLogLog.deserialize(bytes);
      sketch.makeDense();
      return sketch.serialize();
    };
  return undefined;
}
