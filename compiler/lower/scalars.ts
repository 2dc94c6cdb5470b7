/** Equal scalar expressions become one object, so that sharing can be seen and equal loads are made once. */
import { evaluatePrim } from '../../src/kernel/evaluate.ts';
import type { Axis, Buffer, Scalar, Var } from '../../src/kernel/language.ts';

/** A primitive of constants is a constant: the kernel language's own evaluation says which. */
function folded(scalar: Extract<Scalar, { kind: 'prim' }>): Scalar {
  const values = scalar.args.map((arg) => (arg.kind === 'const' ? arg.value : null));
  const first = scalar.args.at(-1);
  if (!first || values.includes(null)) return withoutZero(scalar);
  const value = evaluatePrim(scalar.prim, first.dtype, ...values.map(Number));
  return { kind: 'const', dtype: scalar.dtype, value };
}

/** `x + 0` on integers is `x`. */
function withoutZero(scalar: Extract<Scalar, { kind: 'prim' }>): Scalar {
  const [x, y] = scalar.args;
  const isSum = scalar.prim === 'add' && scalar.dtype === 'int32';
  if (isSum && x && y?.kind === 'const' && y.value === 0) return x;
  if (isSum && y && x?.kind === 'const' && x.value === 0) return y;
  return scalar;
}

export class ScalarTable {
  readonly #byKey = new Map<string, Scalar>();
  readonly #canonical = new Map<Scalar, Scalar>();
  readonly #ids = new Map<Scalar | Axis | Var | Buffer, number>();

  /** A number that is the same for equal scalars and for the same axis, variable or buffer. */
  id(of: Scalar | Axis | Var | Buffer): number {
    const known = this.#ids.get(of);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(of, id);
    return id;
  }

  /** The one object that stands for all scalars equal to `scalar`. */
  intern(scalar: Scalar): Scalar {
    const known = this.#canonical.get(scalar);
    if (known) return known;
    const rebuilt = this.#rebuild(scalar);
    const key = this.#key(rebuilt);
    const canonical = this.#byKey.get(key) ?? rebuilt;
    this.#byKey.set(key, canonical);
    this.#canonical.set(scalar, canonical);
    this.#canonical.set(canonical, canonical);
    return canonical;
  }

  #rebuild(scalar: Scalar): Scalar {
    switch (scalar.kind) {
      case 'load':
        return { ...scalar, index: this.intern(scalar.index) };
      case 'prim':
        return folded({ ...scalar, args: scalar.args.map((arg) => this.intern(arg)) });
      case 'cond':
        return {
          ...scalar,
          test: this.intern(scalar.test),
          then: this.intern(scalar.then),
          else: this.intern(scalar.else),
        };
      default:
        return scalar;
    }
  }

  #key(scalar: Scalar): string {
    switch (scalar.kind) {
      case 'const':
        return `c:${scalar.dtype}:${Object.is(scalar.value, -0) ? '-0' : scalar.value}`;
      case 'axis':
        return `a:${this.id(scalar.axis)}`;
      case 'size':
        return `s:${scalar.size}`;
      case 'var':
        return `v:${this.id(scalar.var)}`;
      case 'load':
        return `l:${this.id(scalar.buffer)}:${this.id(scalar.index)}`;
      case 'prim':
        return `p:${scalar.prim}:${scalar.dtype}:${scalar.args.map((arg) => this.id(arg)).join(',')}`;
      case 'cond':
        return `?:${this.id(scalar.test)}:${this.id(scalar.then)}:${this.id(scalar.else)}`;
    }
  }
}
