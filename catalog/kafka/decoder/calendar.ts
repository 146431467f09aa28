/** Proleptic Gregorian arithmetic on whole numbers, exact for every year that fits. */

export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** 1: Monday … 7: Sunday. */
export function isoDayOfWeek(epochDay: number): number {
  return ((((epochDay + 3) % 7) + 7) % 7) + 1;
}

/** The Monday of the first ISO week of a week-based year. */
export function firstWeekStart(weekYear: number): number {
  const fourth = daysFromCivil(weekYear, 1, 4);
  return fourth - isoDayOfWeek(fourth) + 1;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds to add to UTC in this zone at this moment. Throws RangeError for an unknown zone. */
export function zoneOffsetMs(zone: string, epochMs: number): number {
  if (zone === 'UTC') return 0;
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, formatter);
  }
  const parts = new Map(formatter.formatToParts(epochMs).map((p) => [p.type, p.value]));
  const get = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? 0);
  const year = parts.get('era') === 'BC' ? 1 - get('year') : get('year');
  const local = daysFromCivil(year, get('month'), get('day')) * 86_400_000 + get('hour') * 3_600_000 + get('minute') * 60_000 + get('second') * 1_000;
  return local - Math.floor(epochMs / 1_000) * 1_000;
}

/** The moment of a local time; of two, the earlier one; undefined when clocks skip it. */
export function localToInstant(zone: string, localMs: number): number | undefined {
  const offsets = [zoneOffsetMs(zone, localMs - 86_400_000), zoneOffsetMs(zone, localMs + 86_400_000)];
  for (const offset of offsets) {
    const instant = localMs - offset;
    if (zoneOffsetMs(zone, instant) === offset) return instant;
  }
  return undefined;
}
