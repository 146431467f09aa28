const formats = new Map<string, Intl.DateTimeFormat>();

/** Seconds to add to UTC for the local time of the zone at this instant; undefined: not known for a year this far off. */
export function zoneOffsetSeconds(zone: string, epochSeconds: number): number | undefined {
  if (zone === 'UTC' || zone === 'Z') return 0;
  const fixed = /^([+-])(\d\d):(\d\d)$/.exec(zone);
  if (fixed !== null) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 3600 + Number(fixed[3]) * 60);
  if (Math.abs(epochSeconds) > YEARS_KNOWN_SECONDS) return undefined;
  const name = formatOf(zone).formatToParts(epochSeconds * 1000).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const offset = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name);
  if (offset === null) return undefined;
  if (offset[1] === undefined) return 0;
  return (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 3600 + Number(offset[3]) * 60 + Number(offset[4] ?? 0));
}

/** About 7,000 years on both sides of 1970. */
const YEARS_KNOWN_SECONDS = 2.2e11;

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  return format;
}

/** The zone's offset, when it does not change within `seconds` on either side: local times near there are unambiguous. */
export function steadyOffsetSeconds(zone: string, epochSeconds: number, seconds = 86_400): number | undefined {
  const before = zoneOffsetSeconds(zone, epochSeconds - seconds);
  return before !== undefined && before === zoneOffsetSeconds(zone, epochSeconds + seconds) ? before : undefined;
}
