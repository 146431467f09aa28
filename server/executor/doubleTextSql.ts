/** The shortest texts of these have one digit; Java takes two, and others then. */
const LEAST_DOUBLES = [
  ['5e-324', '4.9E-324'],
  ['1e-323', '9.9E-324'],
  ['5e-323', '4.9E-323'],
  ['6e-323', '5.9E-323'],
  ['7e-323', '6.9E-323'],
  ['8e-323', '7.9E-323'],
  ['9e-323', '8.9E-323'],
  ['1e-322', '9.9E-323'],
] as const;

/**
 * A double as JSON with Java's text for it. `text` is the engine's text of the same double, which has the same digits, in another form below 0.001 and from
 * 10,000,000 on; it is named several times.
 */
export function doubleJsonSql(sql: string, text: string): string {
  const isPlain = `${sql} = 0 OR (abs(${sql}) >= 0.001 AND abs(${sql}) < 10000000)`;
  const special = `WHEN ${sql} IS NULL THEN NULL WHEN isnan(${sql}) THEN '"NaN"' WHEN isinf(${sql}) THEN CASE WHEN ${sql} > 0 THEN '"Infinity"' ELSE '"-Infinity"' END`;
  return `CASE WHEN ${isPlain} THEN ${text} ${special} WHEN ${sql} < 0 THEN '-' || ${scientific(sql, `substr(${text}, 2)`)} ELSE ${scientific(sql, text)} END`;
}

function scientific(sql: string, text: string): string {
  const digits = (rest: string): string => `greatest(rtrim(${rest}, '0'), '0')`;
  const fromLarge = `concat(left(${text}, 1), '.', ${digits(`replace(substr(${text}, 2), '.', '')`)}, 'E', strpos(${text}, '.') - 2)`;
  const fromSmall = `concat(ltrim(${text}, '0.')[1], '.', ${digits(`ltrim(${text}, '0.')[2:]`)}, 'E', length(ltrim(${text}, '0.')) - length(${text}) + 1)`;
  const fromExponent = `regexp_replace(regexp_replace(${text}, '^(\\d)e', '\\1.0e'), 'e\\+?(-?)0*', 'E\\1')`;
  const least = LEAST_DOUBLES.map(([engine, java]) => `WHEN '${engine}' THEN '${java}'`).join(' ');
  const tiny = `CASE ${text} ${least} ELSE ${fromExponent} END`;
  return `CASE WHEN contains(${text}, 'e') THEN CASE WHEN abs(${sql}) < 1e-320 THEN ${tiny} ELSE ${fromExponent} END WHEN abs(${sql}) >= 1 THEN ${fromLarge} ELSE ${fromSmall} END`;
}
