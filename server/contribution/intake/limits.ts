/** Every limit of the intake in one place; bytes are UTF-8 bytes as counted while reading. */
export const LIMITS = {
  /** Default upload cap; the operator's UPLOAD_MAX_BYTES overrides it. */
  fileBytes: 2_000_000_000,
  cellBytes: 65_536,
  columns: 64,
  rows: 1_000_000,
  jsonDepth: 32,
  /** A JSON line longer than this is set aside without being parsed. Characters. */
  jsonLineChars: 16_777_216,
  /** What is read before the format, the delimiter and the columns are decided. */
  headBytes: 262_144,
  /** Columns are counted in this much of the file and no more. */
  columnProbeBytes: 65_536,
  /** Longest piece of a set-aside row that is kept for "download the bad rows". Characters. */
  rawChars: 16_384,
  /** JSON Lines rows looked at before the columns are decided. */
  probeRows: 50,
  sampleRows: 20,
  /** Unpacked bytes for each packed one, once more than `archiveFloorBytes` are unpacked. */
  archiveRatio: 100,
  archiveFloorBytes: 1_000_000,
  archiveEntries: 10_000,
  /** Rows times columns that a Parquet file may declare. */
  cells: 16_000_000,
  /** Rows of a Parquet file that are in memory at once. */
  parquetWindowRows: 10_000,
  /** A page or a dictionary of a Parquet file, unpacked. Bytes. */
  parquetPageBytes: 67_108_864,
  parquetFooterBytes: 16_777_216,
  /** Texts of an Excel workbook that all its cells share. Bytes of their XML. */
  sharedStringBytes: 134_217_728,
  /** Word, PDF, Markdown and text documents are read whole. Bytes. */
  documentBytes: 33_554_432,
  documentXmlBytes: 67_108_864,
  pdfPages: 2_000,
} as const;

/** 2_000_000_000 -> "2.0 GB"; decimal units, as disks and the upload setting count. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const units = ["KB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}
