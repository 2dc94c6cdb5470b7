/** Loops that a careful engineer writes by hand: float32 in every operation, tiles in locals. */

export interface Matrix {
  readonly data: Float32Array;
  /** How far apart the rows and the columns lie. */
  readonly row: number;
  readonly column: number;
}

export const matrix = (data: Float32Array, columns: number): Matrix => ({ data, row: columns, column: 1 });

export const transposed = ({ data, row, column }: Matrix): Matrix => ({ data, row: column, column: row });

export interface Sizes {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** `c` = `a` `b`, dense: 2 x 2 results at a time, each summed in order and rounded in every operation. */
export function product(a: Matrix, b: Matrix, c: Float32Array, { rows, depth, columns }: Sizes): void {
  const [fround, x, y] = [Math.fround, a.data, b.data];
  const [aRow, aStep, bStep, bColumn] = [a.row, a.column, b.row, b.column];
  const [evenRows, evenColumns] = [rows - (rows % 2), columns - (columns % 2)];
  for (let i = 0; i < evenRows; i += 2) {
    for (let j = 0; j < evenColumns; j += 2) {
      let p00 = 0;
      let p01 = 0;
      let p10 = 0;
      let p11 = 0;
      let u = i * aRow;
      let v = j * bColumn;
      for (let k = 0; k < depth; k++) {
        const x0 = x[u] as number;
        const x1 = x[u + aRow] as number;
        const y0 = y[v] as number;
        const y1 = y[v + bColumn] as number;
        p00 = fround(p00 + fround(x0 * y0));
        p01 = fround(p01 + fround(x0 * y1));
        p10 = fround(p10 + fround(x1 * y0));
        p11 = fround(p11 + fround(x1 * y1));
        u += aStep;
        v += bStep;
      }
      c[i * columns + j] = p00;
      c[i * columns + j + 1] = p01;
      c[(i + 1) * columns + j] = p10;
      c[(i + 1) * columns + j + 1] = p11;
    }
  }
  const rest = (from: number, to: number, first: number): void => {
    for (let i = from; i < to; i++)
      for (let j = first; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < depth; k++)
          sum = fround(
            sum + fround((x[i * aRow + k * aStep] as number) * (y[k * bStep + j * bColumn] as number)),
          );
        c[i * columns + j] = sum;
      }
  };
  rest(0, evenRows, evenColumns);
  rest(evenRows, rows, 0);
}

/** Adds `bias` to each row; `relu` cuts below 0. */
export function addBias(values: Float32Array, bias: Float32Array, relu: boolean): void {
  const columns = bias.length;
  for (let at = 0; at < values.length; at += columns) {
    for (let j = 0; j < columns; j++) {
      const sum = Math.fround((values[at + j] as number) + (bias[j] as number));
      values[at + j] = relu && sum < 0 ? 0 : sum;
    }
  }
}

/** Sums of columns. */
export function columnSums(values: Float32Array, sums: Float32Array): void {
  const columns = sums.length;
  sums.fill(0);
  for (let at = 0; at < values.length; at += columns)
    for (let j = 0; j < columns; j++) sums[j] = (sums[j] as number) + (values[at + j] as number);
}

/** 0 where `output` is 0. */
export function maskByRelu(gradient: Float32Array, output: Float32Array): void {
  for (let i = 0; i < gradient.length; i++) if ((output[i] as number) <= 0) gradient[i] = 0;
}

/** The mean cross-entropy of `logits` [rows, classes]; its gradient goes to `gradient`. */
export function crossEntropy(
  logits: Float32Array,
  labels: ArrayLike<number>,
  gradient: Float32Array,
): number {
  const fround = Math.fround;
  const rows = labels.length;
  const classes = logits.length / rows;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const at = i * classes;
    let largest = -Infinity;
    for (let j = 0; j < classes; j++) largest = Math.max(largest, logits[at + j] as number);
    let sum = 0;
    for (let j = 0; j < classes; j++) {
      const power = fround(Math.exp(fround((logits[at + j] as number) - largest)));
      gradient[at + j] = power;
      sum = fround(sum + power);
    }
    const label = at + (labels[i] as number);
    total = fround(total + fround(fround(Math.log(sum)) - fround((logits[label] as number) - largest)));
    for (let j = 0; j < classes; j++) gradient[at + j] = fround((gradient[at + j] as number) / sum) / rows;
    gradient[label] = (gradient[label] as number) - fround(1 / rows);
  }
  return total / rows;
}
