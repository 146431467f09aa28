/** The cells of a table in the CLI's ALIGNED format, without the head; multi-line cells are joined. */
export function cells(aligned: string): string[][] {
  const lines = aligned.split('\n');
  const rule = lines.findIndex((line) => /^-+(?:\+-+)*$/.test(line));
  if (rule < 0) return [];
  const end = lines.findIndex((line, at) => at > rule && /^\(\d+ rows?\)$/.test(line));
  return lines.slice(rule + 1, end < 0 ? undefined : end).map((line) => line.split('|').map((cell) => cell.trim()));
}
