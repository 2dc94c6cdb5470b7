/** Muon: momentum orthogonalized by a Newton-Schulz iteration, for matrices. */
import { AdjointError } from '../errors.ts';
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { maximum } from '../ops/compare.ts';
import { matmul } from '../ops/contract.ts';
import { transpose } from '../ops/permute.ts';
import { checkCount, checkDecay, checkNonNegative, given } from './checks.ts';
import { globalNorm } from './clip.ts';
import type { DecayOptions } from './decay.ts';
import { decaying, shrunk, signed } from './decay.ts';
import { kept, lerp } from './moments.ts';
import type { Float, Leaf, Optimizer, Rate } from './optimizer.ts';
import { optimizer } from './optimizer.ts';

export interface MuonOptions extends DecayOptions {
  /** Default 1e-3. */
  readonly lr?: Rate;
  /** In [0, 1); default 0.95. */
  readonly momentum?: Rate;
  /** Default true. */
  readonly nesterov?: boolean;
  /** Coefficients of the iteration; default 3.4445, -4.775, 2.0315. */
  readonly nsCoefficients?: readonly [a: number, b: number, c: number];
  /** Default 5. */
  readonly nsSteps?: number;
  /** Bounds the norm that is divided by from below; default 1e-7. */
  readonly eps?: number;
  /** The rate's factor: sqrt(max(1, rows / columns)), or 0.2 sqrt(max(rows, columns)). Default `'original'`. */
  readonly adjustLrFn?: 'original' | 'match_rms_adamw';
  /** What results of the iteration are rounded to; default `'bfloat16'`, as torch has it. `'none'`: the dtype. */
  readonly rounding?: 'bfloat16' | 'none';
}

/** 2^45 + 1: splits 8 leading bits off a float64. */
const splitter = 2 ** 45 + 1;

/**
 * x rounded to the 8 significant bits of bfloat16, by Veltkamp's splitting in float64. Its exponents are not bounded,
 * and halves may round either way.
 */
export function roundToBfloat16(x: Float): Float {
  const wide = cast(x, 'float64');
  const scaled = mul(wide, splitter);
  return cast(sub(scaled, sub(scaled, wide)), x.dtype) as Float;
}

type Round = (x: Float) => Float;

/** Nearly the nearest matrix with orthonormal rows or columns: X = a X + (b A + c A A) X with A = X X^T, repeated. */
function orthogonalized(g: Float, options: Required<NewtonSchulz>, round: Round): Float {
  const [a, b, c] = options.nsCoefficients;
  const [rows, columns] = g.shape;
  const tall = Number(rows) > Number(columns);
  const start = round(tall ? (transpose(g) as Float) : g);
  const norm = maximum(round(cast(globalNorm([start]), g.dtype)), options.eps);
  let x = round(div(start, norm));
  for (let i = 0; i < options.nsSteps; i++) {
    const gram = round(matmul(x, transpose(x)) as Float);
    const update = round(add(mul(gram, b), mul(matmul(gram, gram) as Float, c)));
    x = round(add(mul(x, a), matmul(update, x) as Float));
  }
  return tall ? (transpose(x) as Float) : x;
}

type NewtonSchulz = Pick<MuonOptions, 'nsCoefficients' | 'nsSteps' | 'eps'>;

function adjustment(leaf: Leaf, way: 'original' | 'match_rms_adamw'): number {
  const [rows, columns] = leaf.parameter.shape.map(Number) as [number, number];
  return way === 'original'
    ? Math.sqrt(Math.max(1, rows / columns))
    : 0.2 * Math.sqrt(Math.max(rows, columns));
}

/**
 * b += (1 - mu)(g - b); u = b, with Nesterov g + mu (b - g); p = p (1 - lr wd) - lr factor orthogonalized(u). For
 * matrices alone: throws E-OPTIMIZER for other parameters; give those another optimizer with `groups`.
 * `weightDecay` is 0.1. As torch.optim.Muon, which rounds the iteration to bfloat16. Jordan et al., 2024.
 */
export function muon(options: MuonOptions = {}): Optimizer {
  const { lr = 1e-3, momentum = 0.95, weightDecay = 0.1, nesterov = true } = options;
  const { nsCoefficients = [3.4445, -4.775, 2.0315], nsSteps = 5, eps = 1e-7 } = options;
  const { adjustLrFn = 'original', rounding = 'bfloat16' } = options;
  checkNonNegative('muon', { lr, weightDecay, eps });
  checkDecay('muon', { momentum });
  checkCount('muon', { nsSteps });
  const round: Round = rounding === 'bfloat16' ? roundToBfloat16 : (x) => x;
  const rates = { lr, momentum, ...given({ weightDecay }) };
  return decaying(
    options,
    optimizer('muon', rates, (gradient, leaf, h) => {
      checkMatrix(leaf);
      const g = signed(gradient, options);
      const buffer = leaf.keep('momentum_buffer');
      const b = kept(buffer, lerp(buffer.value, g, sub(1, h.momentum)));
      const u = nesterov ? lerp(g, b, h.momentum) : b;
      const step = orthogonalized(u, { nsCoefficients, nsSteps, eps }, round);
      return sub(shrunk(leaf, h, options), mul(step, mul(h.lr, adjustment(leaf, adjustLrFn))));
    }),
  );
}

function checkMatrix({ name, parameter }: Leaf): void {
  const { shape } = parameter;
  if (shape.length === 2 && shape.every((size) => typeof size === 'number')) return;
  const headline = `muon: ${name} has shape [${shape.join(', ')}]`;
  const hint = 'Muon is for matrices: train the others with another optimizer, in optim.groups.';
  throw new AdjointError('E-OPTIMIZER', headline, [], hint);
}
