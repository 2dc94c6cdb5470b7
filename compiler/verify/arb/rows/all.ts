/** Every way to grow. */
import type { Row } from '../growth.ts';
import { composedRows } from './composed.ts';
import { elementwiseRows } from './elementwise.ts';
import { indexingRows } from './indexing.ts';
import { loopRows } from './loops.ts';
import { movementRows } from './movement.ts';
import { reductionRows } from './reduction.ts';
import { rewritableRows } from './rewritable.ts';

export const rows: readonly Row[] = [
  ...elementwiseRows,
  ...movementRows,
  ...reductionRows,
  ...indexingRows,
  ...composedRows,
  ...loopRows,
  ...rewritableRows,
];
