/** Real numbers as m * 2^e with 144-bit mantissas, in BigInt: arithmetic with a relative error below 2^-140. */
export interface Real {
  readonly m: bigint;
  readonly e: number;
}

export const precision = 144;
export const zero: Real = { m: 0n, e: 0 };
export const one: Real = { m: 1n, e: 0 };

const words = new DataView(new ArrayBuffer(8));

/** floor(log2 |x|) of a nonzero finite double, subnormal or not. */
export function exponentOf(x: number): number {
  words.setFloat64(0, x);
  const field = (words.getUint32(0) >>> 20) & 0x7ff;
  return field === 0 ? exponentOf(x * 2 ** 54) - 54 : field - 1023;
}

/** Bits of |m|, for any size of m. */
export function bitLength(m: bigint): number {
  const magnitude = m < 0n ? -m : m;
  if (magnitude === 0n) return 0;
  if (magnitude >> 1000n) return 1000 + bitLength(magnitude >> 1000n);
  // Rounding to a double may carry into the next power of two.
  const estimate = exponentOf(Number(magnitude)) + 1;
  return magnitude >> BigInt(estimate - 1) ? estimate : estimate - 1;
}

function normal(m: bigint, e: number): Real {
  const excess = bitLength(m) - precision;
  return excess > 32 ? { m: m >> BigInt(excess), e: e + excess } : { m, e };
}

/** The double `x`, exactly. */
export function real(x: number): Real {
  if (x === 0) return zero;
  const shift = Math.max(exponentOf(x), -1022) - 52;
  const scaled = shift < -1000 ? x * 2 ** 600 * 2 ** (-shift - 600) : x * 2 ** -shift;
  return { m: BigInt(scaled), e: shift };
}

/** m * 2^-bits. */
export const fromFixed = (m: bigint, bits: number): Real => normal(m, -bits);

/** x * 2^bits, truncated to an integer. */
export function toFixed(x: Real, bits: number): bigint {
  const shift = x.e + bits;
  return shift >= 0 ? x.m << BigInt(shift) : x.m >> BigInt(Math.min(-shift, 1 << 20));
}

export function add(a: Real, b: Real): Real {
  if (a.m === 0n) return b;
  if (b.m === 0n) return a;
  const [high, low] = a.e >= b.e ? [a, b] : [b, a];
  const shift = high.e - low.e;
  if (shift <= 2 * precision) return normal((high.m << BigInt(shift)) + low.m, low.e);
  // `low` lies wholly below the bits that are kept.
  const spare = precision;
  return normal((high.m << BigInt(spare)) + (low.m >> BigInt(Math.min(shift - spare, 4096))), high.e - spare);
}

export const neg = (a: Real): Real => ({ m: -a.m, e: a.e });
export const sub = (a: Real, b: Real): Real => add(a, neg(b));
export const mul = (a: Real, b: Real): Real => normal(a.m * b.m, a.e + b.e);
/** a * 2^k. */
export const scale = (a: Real, k: number): Real => ({ m: a.m, e: a.e + k });

export function div(a: Real, b: Real): Real {
  const shift = Math.max(0, precision + 8 + bitLength(b.m) - bitLength(a.m));
  return normal((a.m << BigInt(shift)) / b.m, a.e - shift - b.e);
}

export function sqrt(a: Real): Real {
  if (a.m === 0n) return zero;
  let shift = Math.max(0, 2 * precision - bitLength(a.m));
  if ((a.e - shift) % 2 !== 0) shift++;
  const n = a.m << BigInt(shift);
  const top = BigInt(Math.max(0, bitLength(n) - 100)) & ~1n;
  let root = BigInt(Math.floor(Math.sqrt(Number(n >> top)))) << (top / 2n);
  for (let i = 0; i < 3; i++) root = (root + n / root) >> 1n;
  return { m: root, e: (a.e - shift) / 2 };
}

export const sign = (a: Real): number => (a.m > 0n ? 1 : a.m < 0n ? -1 : 0);
export const abs = (a: Real): Real => (a.m < 0n ? neg(a) : a);

/** floor(log2 |a|), of a nonzero a. */
export const magnitude = (a: Real): number => bitLength(a.m) - 1 + a.e;

/** A double near `a`: within an ulp, infinite beyond the range. */
export function toNumber(a: Real): number {
  const drop = bitLength(a.m) - 64;
  const [m, e] = drop > 0 ? [a.m >> BigInt(drop), a.e + drop] : [a.m, a.e];
  const half = Math.trunc(e / 2);
  return Number(m) * 2 ** half * 2 ** (e - half);
}
