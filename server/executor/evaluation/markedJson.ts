/** Plain data as JSON, which has no big integers, no bytes, and not every double. */
const MARK = '$marked';
type Marked = { readonly [MARK]: 'bigint' | 'number' | 'bytes'; readonly text: string };

export function writeMarkedJson(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown): unknown => {
    if (typeof value === 'bigint') return { [MARK]: 'bigint', text: value.toString() } satisfies Marked;
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
      return { [MARK]: 'number', text: Object.is(value, -0) ? '-0' : String(value) } satisfies Marked;
    }
    return value instanceof Uint8Array ? ({ [MARK]: 'bytes', text: Buffer.from(value).toString('base64') } satisfies Marked) : value;
  });
}

/** What `writeMarkedJson` was given. */
export function readMarkedJson(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => (isMarked(value) ? unmarked(value) : value));
}

function isMarked(value: unknown): value is Marked {
  return typeof value === 'object' && value !== null && MARK in value;
}

function unmarked(value: Marked): bigint | number | Uint8Array {
  if (value[MARK] === 'bigint') return BigInt(value.text);
  return value[MARK] === 'number' ? Number(value.text) : new Uint8Array(Buffer.from(value.text, 'base64'));
}
