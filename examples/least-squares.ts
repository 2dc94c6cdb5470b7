/** Linear least squares in closed form, to compare training with. */

/** Solves `a x = b` by elimination with partial pivoting. */
function solve(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i] ?? 0]);
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    const rest = rows.slice(column);
    const best = rest.reduce((x, y) => (Math.abs(y[column] ?? 0) > Math.abs(x[column] ?? 0) ? y : x));
    const at = rows.indexOf(best);
    [rows[column], rows[at]] = [best, rows[column] ?? best];
    for (let i = 0; i < n; i++) {
      const row = rows[i];
      if (!row || i === column) continue;
      const factor = (row[column] ?? 0) / (best[column] ?? 1);
      for (let j = column; j <= n; j++) row[j] = (row[j] ?? 0) - factor * (best[j] ?? 0);
    }
  }
  return rows.map((row, i) => (row[n] ?? 0) / (row[i] ?? 1));
}

/** 1 - (squared error) / (squared deviation from the mean). */
export function rSquared(predictions: ArrayLike<number>, targets: ArrayLike<number>): number {
  const values = Array.from(targets);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const error = values.reduce((total, y, i) => total + (y - (predictions[i] ?? 0)) ** 2, 0);
  const spread = values.reduce((total, y) => total + (y - mean) ** 2, 0);
  return 1 - error / spread;
}

/** The best R2 that any affine function of `features` (rows of `width` numbers) reaches on `targets`. */
export function leastSquaresR2(
  features: ArrayLike<number>,
  width: number,
  targets: ArrayLike<number>,
): number {
  const rows = Array.from({ length: targets.length }, (_, i) => [
    1,
    ...Array.from({ length: width }, (__, j) => features[i * width + j] ?? 0),
  ]);
  const gram = Array.from({ length: width + 1 }, (_, i) =>
    Array.from({ length: width + 1 }, (__, j) =>
      rows.reduce((t, row) => t + (row[i] ?? 0) * (row[j] ?? 0), 0),
    ),
  );
  const moments = gram.map((_, i) => rows.reduce((t, row, k) => t + (row[i] ?? 0) * (targets[k] ?? 0), 0));
  const weights = solve(gram, moments);
  const predictions = rows.map((row) => row.reduce((t, x, i) => t + x * (weights[i] ?? 0), 0));
  return rSquared(predictions, targets);
}
