/** Every operation that the project has, by its name in the specification. */
import { activationRows } from './activation.ts';
import { attentionRows } from './attention.ts';
import { comparisonRows } from './comparison.ts';
import { elementwiseRows } from './elementwise.ts';
import { indexingRows } from './indexing.ts';
import { normalizationRows } from './normalization.ts';
import { productRows } from './product.ts';
import { recurrentRows } from './recurrent.ts';
import { reductionRows } from './reduction.ts';
import type { Rows } from './row.ts';
import { shapeRows } from './shape.ts';
import { windowRows } from './window.ts';

export const operatorRows: Rows = {
  ...elementwiseRows,
  ...activationRows,
  ...comparisonRows,
  ...reductionRows,
  ...productRows,
  ...shapeRows,
  ...indexingRows,
  ...windowRows,
  ...normalizationRows,
  ...recurrentRows,
  ...attentionRows,
};
