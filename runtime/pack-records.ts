/** Epoch records as a matrix of float64, a row per epoch, so that they are saved bit by bit. */
import type { Manifest } from './contract.ts';
import type { EpochRecord } from './history.ts';
import type { Summary } from './means.ts';

/** Columns: seconds, last loss, the metrics; 1 or 0 for whether there was a validation, and its metrics. */
function widthOf(manifest: Manifest): number {
  return 3 + 2 * manifest.metrics.length;
}

export function packRecords(manifest: Manifest, records: readonly EpochRecord[]): Float64Array {
  const missing = manifest.metrics.map(() => 0);
  return Float64Array.from(
    records.flatMap((record) => [
      record.seconds,
      record.lastLoss,
      ...packSummary(manifest, record),
      record.validation ? 1 : 0,
      ...(record.validation ? packSummary(manifest, record.validation) : missing),
    ]),
  );
}

/** The records that were packed; `packed` holds whole rows. */
export function unpackRecords(manifest: Manifest, packed: ArrayLike<number>): EpochRecord[] {
  const width = widthOf(manifest);
  const metrics = manifest.metrics.length;
  return Array.from({ length: packed.length / width }, (_, i) => {
    const row = Array.from({ length: width }, (_, j) => packed[i * width + j] ?? NaN);
    const [seconds = NaN, lastLoss = NaN] = row;
    const summary = unpackSummary(manifest, row.slice(2, 2 + metrics));
    const validated = row[2 + metrics] === 1;
    const validation = unpackSummary(manifest, row.slice(3 + metrics));
    return { epoch: i + 1, seconds, lastLoss, ...summary, ...(validated ? { validation } : {}) };
  });
}

function packSummary(manifest: Manifest, { loss, metrics }: Summary): number[] {
  return [loss, ...manifest.metrics.slice(1).map(({ name }) => metrics[name] ?? NaN)];
}

function unpackSummary(manifest: Manifest, [loss = NaN, ...others]: readonly number[]): Summary {
  const entries = manifest.metrics.slice(1).map(({ name }, i): [string, number] => [name, others[i] ?? NaN]);
  return { loss, metrics: Object.fromEntries(entries) };
}
