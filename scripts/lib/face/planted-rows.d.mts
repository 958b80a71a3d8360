export declare const PLANTED_LABELS: string[];
export declare function plantedFile(good?: number): {
  content: string;
  /** How many rows of each code are in it. */
  planted: Record<string, number>;
  rows: number;
  key: string;
};
