/** Where the first `count` code points end, as Trino's truncation counts them: by bytes that are no continuation of another. */
export function codePointEnd(data: Uint8Array, start: number, end: number, count: number): number {
  if (end - start <= count) return end;
  let points = 0;
  for (let at = start; at < end; at++) {
    if (((data[at] ?? 0) & 0xc0) !== 0x80 && points++ === count) return at;
  }
  return end;
}
