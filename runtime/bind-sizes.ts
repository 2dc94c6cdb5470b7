/** What the symbols in the shapes of inputs stand for, found from the data given for them. */
import type { InputInfo } from './contract.ts';
import { runtimeError } from './errors.ts';
import type { Factors, Sizes } from './sizes.ts';
import { factors, productOf, solve, valueOf } from './sizes.ts';
import type { Dense } from './tensors.ts';
import { printable, shapeText } from './text.ts';

/** An input and its values. */
export interface Given {
  readonly input: InputInfo;
  readonly dense: Dense;
}

/** `size` must be `value`: one per axis where the shape is given, one for the whole length where it is not. */
interface Equation extends Given {
  readonly size: Factors;
  readonly value: number;
}

interface Binding {
  readonly sizes: Map<string, number>;
  /** The input that decided a symbol. */
  readonly origins: Map<string, string>;
}

/** The value of every symbol. All inputs must agree, and their lengths and shapes must fit. */
export function bindSizes(given: readonly Given[]): Sizes {
  const binding: Binding = { sizes: new Map(), origins: new Map() };
  let open = given.flatMap(equationsOf);
  while (open.length > 0) {
    const left = open.filter((equation) => !settle(equation, binding));
    const [stuck] = left;
    if (stuck && left.length === open.length) throw stillOpen(stuck, binding);
    open = left;
  }
  return binding.sizes;
}

function equationsOf({ input, dense }: Given): Equation[] {
  const { data, shape } = dense;
  if (!shape) return [{ input, dense, size: productOf(input.shape), value: data.length }];
  if (shape.length !== input.shape.length) throw misshapen(input, shape);
  return input.shape.map((size, axis) => ({ input, dense, size: factors(size), value: shape[axis] ?? 0 }));
}

/** Binds the symbol that the equation decides, if any. False while symbols stay open; throws where it is wrong. */
function settle(equation: Equation, binding: Binding): boolean {
  const { size, value, input } = equation;
  const solved = solve(size, value, binding.sizes);
  if (solved && !Number.isInteger(solved.value)) throw misfit(equation, binding);
  if (solved) {
    binding.sizes.set(solved.symbol, solved.value);
    binding.origins.set(solved.symbol, input.name);
  }
  const known = valueOf(size, binding.sizes);
  if (Number.isNaN(known)) return false;
  if (known !== value) throw misfit(equation, binding);
  return true;
}

function misfit({ input, dense, size, value }: Equation, { sizes, origins }: Binding): Error {
  const alone = solve(size, value, new Map());
  const origin = alone && origins.get(alone.symbol);
  if (alone && origin !== undefined && Number.isInteger(alone.value)) {
    return runtimeError('E-DATA-ROWS', {
      entry: printable(input.name),
      symbol: alone.symbol,
      found: alone.value,
      expected: sizes.get(alone.symbol) ?? 0,
      other: printable(origin),
    });
  }
  if (dense.shape) return misshapen(input, dense.shape);
  const whole = valueOf(size, sizes);
  const unit = valueOf({ ...size, symbols: size.symbols.filter((symbol) => sizes.has(symbol)) }, sizes);
  return runtimeError('E-DATA-LENGTH', {
    entry: printable(input.name),
    length: dense.data.length,
    shape: shapeText(input.shape),
    expected: Number.isNaN(whole) ? `a multiple of ${unit}` : whole,
  });
}

function misshapen(input: InputInfo, shape: readonly number[]): Error {
  return runtimeError('E-DATA-SHAPE', {
    entry: printable(input.name),
    found: shapeText(shape),
    shape: shapeText(input.shape),
  });
}

function stillOpen({ input, dense, size }: Equation, { sizes }: Binding): Error {
  return runtimeError('E-DATA-OPEN', {
    entry: printable(input.name),
    length: dense.data.length,
    symbols: size.symbols.filter((symbol) => !sizes.has(symbol)).join(' and '),
  });
}
