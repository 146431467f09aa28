const DAY_MS = 86_400_000;
/** How many days of one zone are remembered before all are forgotten. */
const CACHED_DAYS_MAX = 50_000;

/** Seconds to add to UTC for the local time of a zone at an instant. */
export class ZoneOffsets {
  readonly #fixed: number | undefined;
  readonly #format: Intl.DateTimeFormat | undefined;
  /** Day number of UTC → the offset, when it is the same all day. */
  readonly #days = new Map<number, number | undefined>();

  constructor(zone: string) {
    this.#fixed = fixedOffsetSeconds(zone);
    if (this.#fixed === undefined) {
      this.#format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn-hc-h23', {
        timeZone: zone,
        era: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    }
  }

  secondsAt(epochSeconds: number): number {
    if (this.#fixed !== undefined) return this.#fixed;
    const day = Math.floor(epochSeconds / 86400);
    let offset = this.#days.get(day);
    if (offset === undefined && !this.#days.has(day)) {
      const first = this.#ask(day * DAY_MS);
      offset = first === this.#ask((day + 1) * DAY_MS) ? first : undefined;
      if (this.#days.size >= CACHED_DAYS_MAX) this.#days.clear();
      this.#days.set(day, offset);
    }
    return offset ?? this.#ask(epochSeconds * 1000);
  }

  #ask(epochMs: number): number {
    // beyond the years that Date can hold the last rule goes on
    const ms = Math.max(-8.64e15, Math.min(8.64e15, epochMs));
    const part: Record<string, string> = {};
    for (const { type, value } of this.#format?.formatToParts(ms) ?? []) part[type] = value;
    const year = part['era'] === 'BC' ? 1 - Number(part['year']) : Number(part['year']);
    const local = new Date(0);
    local.setUTCFullYear(year, Number(part['month']) - 1, Number(part['day']));
    local.setUTCHours(Number(part['hour']), Number(part['minute']), Number(part['second']));
    return Math.round(local.getTime() / 1000 - Math.floor(ms / 1000));
  }
}

/** For UTC and offsets such as +05:30; undefined for named zones. */
function fixedOffsetSeconds(zone: string): number | undefined {
  if (zone === 'UTC') return 0;
  const match = /^([+-])(\d\d):(\d\d)$/.exec(zone);
  return match === null ? undefined : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60);
}

const zones = new Map<string, ZoneOffsets>();

export function zoneOffsets(zone: string): ZoneOffsets {
  let offsets = zones.get(zone);
  if (offsets === undefined) {
    offsets = new ZoneOffsets(zone);
    zones.set(zone, offsets);
  }
  return offsets;
}
