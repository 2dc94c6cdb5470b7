/** Whether numbers were drawn as an initializer promises. */
import type { Drawn } from './cases.ts';
import { Mismatch, checkNumbers, exact } from './tolerance.ts';
import { rowOf } from './unsupported.ts';

/** Throws a `Mismatch` unless `draws`, one flat tensor each, are what `facts` say. */
type Check = (facts: Drawn, draws: readonly (readonly number[])[]) => void;

function need(value: number | undefined, fact: string): number {
  if (value === undefined) throw new Error(`the case does not say ${fact}`);
  return value;
}

function checkRange({ name, low, high }: Drawn, values: readonly number[]): void {
  const [from, to] = [need(low, 'low'), need(high, 'high')];
  // Bounds hold up to the rounding of a float32.
  const slack = 1e-6 * Math.max(Math.abs(from), Math.abs(to));
  const outside = values.find((value) => !(value >= from - slack && value <= to + slack));
  if (outside !== undefined) throw new Mismatch(`${name} has ${outside}, outside [${from}, ${to}]`);
}

/** The mean within 5 standard errors, the sample's standard deviation within 3 %. */
function checkMoments({ name, mean, std }: Drawn, values: readonly number[]): void {
  const [expected, spread] = [need(mean, 'mean'), need(std, 'std')];
  const center = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (!(Math.abs(center - expected) <= (5 * spread) / Math.sqrt(values.length))) {
    throw new Mismatch(`${name} has mean ${center} over ${values.length} draws, not ${expected}`);
  }
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1));
  if (!(Math.abs(deviation - spread) <= 0.03 * spread)) {
    throw new Mismatch(`${name} has standard deviation ${deviation}, not ${spread}`);
  }
}

/** The Gram matrix of the shorter side of shape[0] x rest is gain^2 times the identity. */
function checkOrthogonal({ name, shape, gain }: Drawn, values: readonly number[]): void {
  const rows = shape[0] ?? 1;
  const columns = values.length / rows;
  const vectors = Array.from({ length: Math.min(rows, columns) }, (_, i) =>
    rows <= columns
      ? values.slice(i * columns, (i + 1) * columns)
      : values.filter((_value, at) => at % columns === i),
  );
  const scale = need(gain, 'gain') ** 2;
  vectors.forEach((a, i) =>
    vectors.forEach((b, j) => {
      const product = a.reduce((sum, value, k) => sum + value * (b[k] ?? Number.NaN), 0);
      const expected = i === j ? scale : 0;
      if (!(Math.abs(product - expected) <= 1e-5)) {
        throw new Mismatch(`${name}: product of vectors ${i} and ${j} is ${product}, not ${expected}`);
      }
    }),
  );
}

const checks: Readonly<Record<string, Check>> = {
  uniform: (facts, draws) => {
    checkRange(facts, draws.flat());
    checkMoments(facts, draws.flat());
  },
  normal: (facts, draws) => checkMoments(facts, draws.flat()),
  truncated_normal: (facts, draws) => {
    checkRange(facts, draws.flat());
    checkMoments(facts, draws.flat());
  },
  constant: (facts, draws) => {
    const value = need(facts.value, 'value');
    for (const draw of draws)
      checkNumbers(
        facts.name,
        draw,
        draw.map(() => value),
        exact,
      );
  },
  orthogonal: (facts, draws) => draws.forEach((draw) => checkOrthogonal(facts, draw)),
  exact: (facts, draws) => {
    for (const draw of draws) checkNumbers(facts.name, draw, facts.data ?? [], { rtol: 0, atol: 1e-6 });
  },
};

/** Distributions of which one draw says everything. */
const certain: ReadonlySet<string> = new Set(['constant', 'exact', 'orthogonal']);

/** How many tensors of a parameter the statistics need: at least 20,000 numbers, where it is random. */
export function drawsNeeded({ shape, distribution }: Drawn): number {
  if (certain.has(distribution)) return 1;
  return Math.ceil(20_000 / shape.reduce((count, size) => count * size, 1));
}

export function checkDraws(facts: Drawn, draws: readonly (readonly number[])[]): void {
  rowOf(checks, 'distribution', facts.distribution)(facts, draws);
}
