import { civilOfDays, daysOfCivil, SECONDS_OF_DAY } from './calendar.ts';
import { timeZoneNames } from './timeZoneNames.ts';

const names: ReadonlySet<string> = new Set(timeZoneNames);
const UTC_NAMES = new Set([
  'UTC',
  'Z',
  'UT',
  'GMT',
  'GMT0',
  'UCT',
  'Zulu',
  'Greenwich',
  'Universal',
  'Etc/UTC',
  'Etc/UCT',
  'Etc/GMT',
  'Etc/GMT0',
  'Etc/GMT+0',
  'Etc/GMT-0',
  'Etc/Universal',
]);
const OFFSET_MINUTES_MAX = 14 * 60;

/** The zone as Trino shows it: an IANA name, `UTC` or `+05:30`; undefined: not a valid time zone. */
export function normalizeTimeZone(text: string): string | undefined {
  if (names.has(text)) return text;
  if (UTC_NAMES.has(text)) return 'UTC';
  const etc = /^Etc\/GMT([+-])(\d{1,2})$/.exec(text);
  if (etc !== null) return offsetZone((etc[1] === '+' ? -1 : 1) * Number(etc[2]) * 60);
  const offset = /^(?:UTC|GMT|UT)?([+-])(?:(\d)|(\d\d)(?::?(\d\d)(?::?00)?)?)$/.exec(text);
  if (offset === null) return undefined;
  const minutes = Number(offset[2] ?? offset[3]) * 60 + Number(offset[4] ?? 0);
  if (Number(offset[4] ?? 0) > 59) return undefined;
  return offsetZone(offset[1] === '-' ? -minutes : minutes);
}

/** `+05:30` for 330, `UTC` for 0; undefined beyond 14 hours. */
export function offsetZone(minutes: number): string | undefined {
  if (minutes === 0) return 'UTC';
  if (Math.abs(minutes) > OFFSET_MINUTES_MAX) return undefined;
  return offsetText(minutes);
}

export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}

/** Seconds to add to UTC for the local time of the zone (normalized) at the instant. */
export function offsetSecondsAt(zone: string, epochSecond: number): number {
  return zoneRules(zone).offsetAt(epochSecond);
}

/** A zone's instants that show one local time. */
export interface LocalInstant {
  /** In an overlap the earlier one; in a gap the one that the time before the gap would give. */
  readonly epochSecond: number;
  /** No clock of the zone ever showed this time. */
  readonly inGap: boolean;
}

export function instantOfLocal(zone: string, localSecond: number): LocalInstant {
  const rules = zoneRules(zone);
  const before = rules.offsetAt(localSecond - SECONDS_OF_DAY);
  const after = rules.offsetAt(localSecond + SECONDS_OF_DAY);
  const earlier = localSecond - Math.max(before, after);
  const later = localSecond - Math.min(before, after);
  if (rules.offsetAt(earlier) === localSecond - earlier) return { epochSecond: earlier, inGap: false };
  if (rules.offsetAt(later) === localSecond - later) return { epochSecond: later, inGap: false };
  return { epochSecond: localSecond - before, inGap: true };
}

interface ZoneRules {
  offsetAt(epochSecond: number): number;
}

const rulesByZone = new Map<string, ZoneRules>();

function zoneRules(zone: string): ZoneRules {
  let rules = rulesByZone.get(zone);
  if (rules === undefined) {
    const fixed = /^([+-])(\d\d):(\d\d)$/.exec(zone);
    if (zone === 'UTC') rules = { offsetAt: () => 0 };
    else if (fixed !== null) {
      const seconds = (fixed[1] === '-' ? -60 : 60) * (Number(fixed[2]) * 60 + Number(fixed[3]));
      rules = { offsetAt: () => seconds };
    } else rules = new RegionRules(zone);
    rulesByZone.set(zone, rules);
  }
  return rules;
}

/** Offsets from the moment `starts[i]` on. */
interface YearOfOffsets {
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

/** No zone keeps an offset for a shorter time than this (Morocco's pauses of a month are the shortest today). */
const PROBE_SECONDS = 5 * SECONDS_OF_DAY;
const YEAR_FIRST = 1800;
/** From here on the last rule repeats with the calendar, every 400 years. */
const YEAR_LAST = 2500;

class RegionRules implements ZoneRules {
  readonly #format: Intl.DateTimeFormat;
  readonly #years = new Map<number, YearOfOffsets>();

  constructor(zone: string) {
    const numeric = 'numeric';
    this.#format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
  }

  offsetAt(epochSecond: number): number {
    let second = epochSecond;
    let { year } = civilOfDays(Math.floor(second / SECONDS_OF_DAY));
    if (year > YEAR_LAST) {
      const cycles = Math.ceil((year - YEAR_LAST) / 400);
      year -= cycles * 400;
      second -= cycles * 146097 * SECONDS_OF_DAY;
    } else if (year < YEAR_FIRST) {
      year = YEAR_FIRST;
    }
    const { starts, offsets } = this.#year(year);
    let i = starts.length - 1;
    while (i > 0 && second < (starts[i] ?? 0)) i--;
    return offsets[i] ?? 0;
  }

  #year(year: number): YearOfOffsets {
    let known = this.#years.get(year);
    if (known === undefined) {
      known = this.#probe(daysOfCivil(year, 1, 1) * SECONDS_OF_DAY, daysOfCivil(year + 1, 1, 1) * SECONDS_OF_DAY);
      this.#years.set(year, known);
    }
    return known;
  }

  #probe(from: number, to: number): YearOfOffsets {
    const starts = [from];
    const offsets = [this.#ask(from)];
    for (let low = from; low < to; low += PROBE_SECONDS) {
      let before = low;
      let after = Math.min(low + PROBE_SECONDS, to);
      const offset = this.#ask(after);
      if (offset === offsets.at(-1)) continue;
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2);
        if (this.#ask(middle) === offset) after = middle;
        else before = middle;
      }
      starts.push(after);
      offsets.push(offset);
    }
    return { starts, offsets };
  }

  #ask(epochSecond: number): number {
    const part: Record<string, string> = {};
    for (const { type, value } of this.#format.formatToParts(epochSecond * 1000)) part[type] = value;
    const era = Number(part['year']);
    const day = daysOfCivil(part['era'] === 'BC' ? 1 - era : era, Number(part['month']), Number(part['day']));
    return day * SECONDS_OF_DAY + Number(part['hour']) * 3600 + Number(part['minute']) * 60 + Number(part['second']) - epochSecond;
  }
}
