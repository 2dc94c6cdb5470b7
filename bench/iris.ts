/** Fisher's irises as a batch. */
import { existsSync, readFileSync } from 'node:fs';
import type { Tensors } from './workload.ts';

/** The built bench lies in dist/bench, the data stay in examples/data. */
function irisFile(): URL {
  const places = ['../examples/data/iris.csv', '../../examples/data/iris.csv'];
  const found = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  if (!found) throw new Error('examples/data/iris.csv is missing');
  return found;
}

/** 150 rows of 4 measurements in centimeters, less 3, and the species: 0, 1 or 2. */
export function irises(): Tensors {
  const [, ...rows] = readFileSync(irisFile(), 'utf8').trim().split('\n');
  const values = rows.map((row) => row.split(',').map(Number));
  return {
    x: {
      data: Float32Array.from(values.flatMap((row) => row.slice(0, 4).map((value) => value - 3))),
      shape: [rows.length, 4],
    },
    label: { data: Int32Array.from(values.map((row) => row[4] ?? 0)), shape: [rows.length] },
  };
}
