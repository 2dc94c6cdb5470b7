/** Every operator: the table that law tests, the reference and the checker loop over. */
import { abs, addOp, divOp, mulOp, neg, sign, sqrt, subOp } from './arithmetic.ts';
import { broadcastOp, sumOp } from './broadcast.ts';
import { castOp } from './cast.ts';
import { andOp, eqOp, leOp, ltOp, maximumOp, minimumOp, neOp, orOp, whereOp, xorOp } from './compare.ts';
import { concatOp } from './concat.ts';
import { matmulOp } from './contract.ts';
import { convolutionOp } from './convolve.ts';
import { byModeOp, gradientOp, stopGradientOp, withUpdateOp } from './control.ts';
import { cumsumOp, logCumSumExpOp, recurrenceOp } from './cumulative.ts';
import { barrierOp, checkpointOp, cotangentOp, withGradientOp } from './custom.ts';
import type { Op } from './define.ts';
import { erf, erfc } from './error-function.ts';
import { exp, exp2, expm1, log, log10, log1p, log2, relu, sigmoid, tanh } from './exponential.ts';
import { flipOp } from './flip.ts';
import { acosh, asinh, atanh, cosh, sinh } from './hyperbolic.ts';
import { gatherOp, scatterAddOp } from './indexing.ts';
import { constantOp, dataOp, hyperOp, inputOp, iotaOp, parameterOp, sizeOp, stateOp } from './leaves.ts';
import { permuteOp } from './permute.ts';
import { standardizedOp } from './normalization.ts';
import { maxFirstOp } from './pooling.ts';
import { powOp } from './power.ts';
import { randomOp, uniformOp } from './random.ts';
import { maxOp, minOp, prodOp } from './reduce.ts';
import { reshapeOp } from './reshape.ts';
import { ceil, floor, fmodOp, round, trunc } from './rounding.ts';
import { emptyScanOp } from './scan-gradient.ts';
import { placeholderOp, scanCotangentOp, scanResultOp } from './scan.ts';
import { padOp, sliceOp } from './slicing.ts';
import { mergeRunsOp } from './merge-sort.ts';
import { argSortOp } from './sorting.ts';
import { acos, asin, atan, atan2Op, cos, sin, tan } from './trigonometry.ts';
import { overlapAddOp, windowsOp } from './windows.ts';

const leaves = [inputOp, parameterOp, stateOp, hyperOp, dataOp, constantOp, sizeOp, iotaOp];
const movement = [reshapeOp, permuteOp, broadcastOp, sliceOp, padOp, flipOp, concatOp];
const arithmetic = [addOp, subOp, mulOp, divOp, neg.op, abs.op, sign.op, sqrt.op, castOp];
const comparison = [eqOp, neOp, ltOp, leOp, andOp, orOp, xorOp, whereOp, maximumOp, minimumOp];
const exponential = [exp, expm1, exp2, log, log1p, log2, log10, tanh, sigmoid, relu, erf, erfc].map(
  ({ op }) => op,
);
const trigonometric = [sin, cos, tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh].map(({ op }) => op);
const rounding = [floor, ceil, round, trunc].map(({ op }) => op);
const reduction = [sumOp, maxOp, minOp, prodOp, cumsumOp, recurrenceOp, logCumSumExpOp];
const indexing = [gatherOp, scatterAddOp, argSortOp, mergeRunsOp];
const control = [
  gradientOp,
  stopGradientOp,
  byModeOp,
  withUpdateOp,
  withGradientOp,
  cotangentOp,
  checkpointOp,
  barrierOp,
];
const sliding = [convolutionOp, windowsOp, overlapAddOp, maxFirstOp, standardizedOp];
const loops = [emptyScanOp, scanResultOp, placeholderOp, scanCotangentOp];

export const operators: readonly Op[] = [
  ...leaves,
  ...movement,
  ...arithmetic,
  ...comparison,
  ...exponential,
  powOp,
  ...trigonometric,
  atan2Op,
  ...rounding,
  fmodOp,
  ...reduction,
  matmulOp,
  ...indexing,
  randomOp,
  uniformOp,
  ...control,
  ...sliding,
  ...loops,
] as readonly Op[];

/** The operator called `name`, if there is one. */
export function operatorNamed(name: string): Op | undefined {
  return operators.find((op) => op.name === name);
}
