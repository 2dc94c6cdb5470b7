/** Every loss, on inputs of a batch: what laws over losses loop over. */
import { input, logSoftmax, loss, sigmoid } from 'adjoint';
import type { Expr, Loss } from 'adjoint';

type Float = Expr<readonly ['N', 3], 'float64'>;
type Target = Expr<readonly ['N', 3], 'float64'>;
type Labels = Expr<readonly ['N'], 'int32'>;
type Reduction = loss.Reduction;

/** What a row of the batch holds: predictions, a target of some kind, a second prediction. */
export interface Operands {
  readonly x: Float;
  readonly z: Float;
  readonly y: Target;
  readonly labels: Labels;
  readonly signs: Expr<readonly ['N'], 'float64'>;
}

/** Numbers that each operand may hold. */
export type Domain = 'real' | 'share' | 'positive' | 'sign' | 'bit';

export interface Row {
  readonly target: Domain;
  readonly build: (operands: Operands, reduction: Reduction) => Expr<readonly ('N' | 3)[], 'float64'>;
}

export const operands = (): Operands => ({
  x: input('x', ['N', 3], 'float64'),
  z: input('z', ['N', 3], 'float64'),
  y: input('y', ['N', 3], 'float64'),
  labels: input('labels', ['N'], 'int32'),
  signs: input('signs', ['N'], 'float64'),
});

const real = (build: Row['build'], target: Domain = 'real'): Row => ({ target, build });
const weight = [1, 2.5, 0.5];

export const rows: Readonly<Record<string, Row>> = {
  mse: real(({ x, y }, reduction) => loss.mse(x, y, { reduction })),
  'weighted mse': real(({ x, y }, reduction) => loss.mse(x, y, { reduction, weight })),
  l1: real(({ x, y }, reduction) => loss.l1(x, y, { reduction })),
  smoothL1: real(({ x, y }, reduction) => loss.smoothL1(x, y, { reduction, beta: 0.7 })),
  huber: real(({ x, y }, reduction) => loss.huber(x, y, { reduction, delta: 0.7 })),
  bce: real(({ x, y }, reduction) => loss.bce(sigmoid(x), y, { reduction }), 'share'),
  bceWithLogits: real(
    ({ x, y }, reduction) => loss.bceWithLogits(x, y, { reduction, posWeight: weight }),
    'bit',
  ),
  crossEntropy: real(({ x, labels }, reduction) => loss.crossEntropy(x, labels, { reduction })),
  'weighted crossEntropy': real(({ x, labels }, reduction) =>
    loss.crossEntropy(x, labels, { reduction, weight, labelSmoothing: 0.1, ignoreIndex: 1 }),
  ),
  'crossEntropy of probabilities': real(
    ({ x, y }, reduction) => loss.crossEntropy(x, y, { reduction, labelSmoothing: 0.2 }),
    'share',
  ),
  nll: real(({ x, labels }, reduction) => loss.nll(logSoftmax(x), labels, { reduction })),
  klDiv: real(({ x, y }, reduction) => loss.klDiv(logSoftmax(x), y, { reduction }), 'share'),
  poissonNll: real(({ x, y }, reduction) => loss.poissonNll(x, y, { reduction, full: true }), 'positive'),
  gaussianNll: real(({ x, y, z }, reduction) =>
    loss.gaussianNll(x, y, z.square().add(0.1), { reduction, full: true }),
  ),
  hingeEmbedding: real(({ x, y }, reduction) => loss.hingeEmbedding(x, y, { reduction }), 'sign'),
  softMargin: real(({ x, y }, reduction) => loss.softMargin(x, y, { reduction }), 'sign'),
  marginRanking: real(
    ({ x, y, z }, reduction) => loss.marginRanking(x, z, y, { reduction, margin: 0.3 }),
    'sign',
  ),
  cosineEmbedding: real(({ x, z, signs }, reduction) => loss.cosineEmbedding(x, z, signs, { reduction })),
  tripletMargin: real(({ x, y, z }, reduction) => loss.tripletMargin(x, y, z, { reduction, swap: true })),
  multiMargin: real(({ x, labels }, reduction) => loss.multiMargin(x, labels, { reduction, p: 2, weight })),
  multiLabelSoftMargin: real(({ x, y }, reduction) => loss.multiLabelSoftMargin(x, y, { reduction }), 'bit'),
};

/** The loss as a number. */
export const scalarLoss = (row: Row, given: Operands, reduction: Reduction): Loss =>
  row.build(given, reduction) as unknown as Loss;
