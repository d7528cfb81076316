export type DateLocale = 'uk' | 'en';

export interface DateOptions {
  locale: DateLocale;
  /** IANA name of the venue's zone. */
  zone: string;
  /** The reader's moment: the year is written only when it is another one. */
  now?: Date;
}

/* Names are ours: engines differ in what they hold of Ukrainian, and a page must not change with them. */
const WEEKDAYS = {
  uk: ['нд', 'пн', 'вт', 'ср', 'чт', 'пт', 'сб'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
} as const;
const MONTHS = {
  uk: 'січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня'.split(' '),
  en: 'January February March April May June July August September October November December'.split(' '),
} as const;

interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function numbers(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** What the clock on the wall in `zone` shows. */
function wall(at: Date, zone: string): Wall {
  const parts: Record<string, number> = {};
  for (const { type, value } of numbers(zone).formatToParts(at)) parts[type] = Number(value);
  return parts as unknown as Wall;
}

const asUtc = (w: Wall): number => Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute, w.second);
const two = (n: number): string => n.toString().padStart(2, '0');
const toDate = (at: Date | string): Date => (typeof at === 'string' ? new Date(at) : at);

/** Minutes that `zone` is ahead of UTC at that moment. */
export function offsetMinutes(at: Date, zone: string): number {
  return Math.round((asUtc(wall(at, zone)) - Math.floor(at.getTime() / 1000) * 1000) / 60_000);
}

function minuteOf(at: Date, zone: string): number {
  const { hour, minute } = wall(at, zone);
  return hour * 60 + minute;
}

/** "15:00" */
export function formatTime(at: Date | string, { zone }: Pick<DateOptions, 'zone'>): string {
  const w = wall(toDate(at), zone);
  return `${two(w.hour)}:${two(w.minute)}`;
}

/** "21:04:11" */
export function formatClock(at: Date | string, { zone }: Pick<DateOptions, 'zone'>): string {
  return `${formatTime(at, { zone })}:${two(wall(toDate(at), zone).second)}`;
}

/** "сб, 5 грудня", "Sat, 5 December"; with the year when it is not the reader's. */
export function formatDay(at: Date | string, options: DateOptions): string {
  const { locale, zone, now = new Date() } = options;
  const w = wall(toDate(at), zone);
  const weekday = WEEKDAYS[locale][new Date(Date.UTC(w.year, w.month - 1, w.day)).getUTCDay()];
  const year = w.year === wall(now, zone).year ? '' : ` ${w.year}`;
  return `${weekday}, ${w.day} ${MONTHS[locale][w.month - 1]}${year}`;
}

/** "сб, 5 грудня, 15:00" */
export function formatMoment(at: Date | string, options: DateOptions): string {
  return `${formatDay(at, options)}, ${formatTime(at, options)}`;
}

/** "сб, 5 грудня, 15:00–22:30"; the last day is named only when it lasts longer than a night. */
export function formatSpan(from: Date | string, until: Date | string, options: DateOptions): string {
  const [start, end] = [toDate(from), toDate(until)];
  const night = end.getTime() - start.getTime() < 86_400_000 && minuteOf(end, options.zone) < minuteOf(start, options.zone);
  if (night || formatDay(start, options) === formatDay(end, options)) {
    return `${formatMoment(start, options)}–${formatTime(end, options)}`;
  }
  return `${formatMoment(start, options)} – ${formatMoment(end, options)}`;
}

/** "40 хв тому", "5 min ago": for ages below a day or so. */
export function formatAgo(at: Date | string, locale: DateLocale, now: Date = new Date()): string {
  const seconds = Math.round((toDate(at).getTime() - now.getTime()) / 1000);
  const format = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'always' });
  if (Math.abs(seconds) < 60) return format.format(seconds, 'second');
  if (Math.abs(seconds) < 3600) return format.format(Math.trunc(seconds / 60), 'minute');
  if (Math.abs(seconds) < 86_400) return format.format(Math.trunc(seconds / 3600), 'hour');
  return format.format(Math.trunc(seconds / 86_400), 'day');
}

/** "09:41", or "1:09:41" from an hour on; never negative. */
export function formatCountdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  const hours = Math.floor(left / 3600);
  const clock = `${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}

/** "UTC+2", "UTC+5:30" at that moment. */
export function formatOffset(at: Date, zone: string): string {
  const minutes = offsetMinutes(at, zone);
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? '' : `:${two(size % 60)}`;
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest}`;
}

/** The value of a datetime-local field: "2026-12-05T15:00" on the wall of `zone`. */
export function toField(at: Date | string, zone: string): string {
  const w = wall(toDate(at), zone);
  return `${w.year}-${two(w.month)}-${two(w.day)}T${two(w.hour)}:${two(w.minute)}`;
}

/**
 * RFC 3339 with the zone's offset of a datetime-local field, or null when the text is no time.
 * A time that the clock skips in spring is moved on by the skipped hour; one that comes twice is the first.
 */
export function fromField(text: string, zone: string): string | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (match === null) return null;
  const wanted = Date.parse(`${match[0]}:00Z`);
  if (Number.isNaN(wanted)) return null;
  // The offset before a change and the one after: the earlier moment that the wall really shows wins.
  const day = 86_400_000;
  const offsets = [offsetMinutes(new Date(wanted - day), zone), offsetMinutes(new Date(wanted + day), zone)];
  const moments = offsets.map((minutes) => wanted - minutes * 60_000).sort((a, b) => a - b);
  const shown = moments.find((moment) => asUtc(wall(new Date(moment), zone)) === wanted);
  const at = new Date(shown ?? wanted - offsets[0]! * 60_000);
  const minutes = offsetMinutes(at, zone);
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${toField(at, zone)}:00${offset}`;
}
