/**
 * Numbers as people read them: a true minus sign, thousands separated, few digits. Written out rather than by `Intl`, whose
 * first use costs a phone a tenth of a second before the page can be used.
 */

/** 12345.5 -> "12,345.5" */
export function formatCount(value: number): string {
  const [whole, ...fraction] = String(value).split(".");
  return [whole!.replace(/\B(?=(\d{3})+$)/g, ","), ...fraction].join(".");
}

/** Three significant digits; what is below a millionth is written as 3.21e-7. */
const plain = (value: number) => formatCount(Number(value.toPrecision(3)));

/** Three significant digits with its sign: +0.0123, −4.5, 0. */
export function formatSigned(value: number): string {
  const text = plain(Math.abs(value));
  if (text === "0") return "0";
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** A fraction 0..1 as whole points of 100: 0.634 -> "63". Always show n beside it. */
export const formatPoints = (fraction: number) => `${Math.round(fraction * 100)}`.replace("-", "−");

const SIZES = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** Decimal units, as disks and networks are sold. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${plain(bytes / 1000 ** power)} ${SIZES[power]}`;
}

/** 75 -> "1 min 15 s"; 4000 -> "1 h 7 min". */
export function formatSeconds(total: number): string {
  const seconds = Math.max(0, Math.round(total));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
