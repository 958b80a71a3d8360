import { MOST_SNAPSHOTS, PRESETS, type Preset, type RunKind } from "@/db/schema/training-run.constants";

/** What an address says about a run to be: whatever is absent the form chooses. */
export type TrainQuery = {
  version: string | null;
  /** Versions of further Datanets. */
  with: string[];
  /** People whose rows are left out. */
  without: string[];
  base: string | null;
  preset: Preset | null;
  seed: number | null;
  /** The run whose settings these are. */
  from: string | null;
};

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MOST_PEOPLE = 100;

type Params = { get: (name: string) => string | null };

/** Reads an address; parts that make no sense are left out, as if they were not there. */
export function parseTrainQuery(params: Params): TrainQuery {
  const id = (name: string) => {
    const value = params.get(name);
    return value && ID.test(value) ? value : null;
  };
  const ids = (name: string, most: number) =>
    [...new Set((params.get(name) ?? "").split(",").filter((value) => ID.test(value)))].slice(0, most);
  const seed = params.get("seed");
  const preset = params.get("preset");
  return {
    version: id("version"),
    with: ids("with", MOST_SNAPSHOTS - 1),
    without: ids("without", MOST_PEOPLE),
    base: params.get("base"),
    preset: PRESETS.find((known) => known === preset) ?? null,
    seed: seed && /^\d{1,10}$/.test(seed) && Number(seed) < 2 ** 31 ? Number(seed) : null,
    from: id("from"),
  };
}

/** The address of the form, filled in. */
export function trainHref(datanetId: string, query: Partial<TrainQuery>): string {
  const params = Object.entries({
    version: query.version,
    with: query.with?.join(","),
    without: query.without?.join(","),
    base: query.base,
    preset: query.preset,
    seed: query.seed,
    from: query.from,
  }).flatMap(([name, value]) =>
    value === null || value === undefined || value === ""
      ? []
      : [`${name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`],
  );
  return `/datanets/${datanetId}/train${params.length > 0 ? `?${params.join("&")}` : ""}`;
}

type Settings = {
  id: string;
  kind: RunKind;
  parentRunId: string | null;
  baseId: string;
  preset: Preset;
  seed: number;
  isBuilder: boolean;
  datanet: { isSample: boolean };
  sources: { snapshotId: string; datanetId: string }[];
  excluded: { id: string }[];
};

/**
 * The form with a run's own settings, the same seed included, and somebody more left out where wanted. From somebody
 * else's run on a sample everyone goes on, so each gets a seed of their own: equal files could be published only once.
 */
export function againHref(run: Settings, withoutId?: string): string {
  const [first, ...others] = run.sources;
  return trainHref(first!.datanetId, {
    version: first!.snapshotId,
    with: others.map(({ snapshotId }) => snapshotId),
    without: [...new Set([...run.excluded.map(({ id }) => id), ...(withoutId ? [withoutId] : [])])],
    base: run.baseId,
    preset: run.preset,
    seed: run.datanet.isSample && !run.isBuilder ? null : run.seed,
    from: run.kind === "training" ? run.id : run.parentRunId,
  });
}
