/** Formulas read as they are computed, and as the update rules of the literature. */
import type { Expr } from 'adjoint';
import {
  abs,
  add,
  div,
  exp,
  formula,
  gradient,
  input,
  loss,
  matmul,
  max,
  mul,
  neg,
  optim,
  parameter,
  pow,
  schedule,
  sqrt,
  sub,
  sum,
  tanh,
  transpose,
  where,
} from 'adjoint';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandGradients } from '../compiler/differentiate/expand.ts';
import { float64Algebra } from '../src/algebra/float64.ts';
import { interpret } from '../src/interpret.ts';
import { postorder } from '../src/walk.ts';

type Number = Expr<[], 'float64'>;

/** Reads the text of a formula again: sums, products, powers, calls and magnitudes, line by line. */
class Reader {
  readonly #values: Record<string, number>;
  #tokens: string[] = [];

  constructor(values: Record<string, number>) {
    this.#values = { ...values };
  }

  read(text: string): number {
    let value = NaN;
    for (const line of text.split('\n')) {
      const [name, definition] = line.includes(' = ') ? line.split(' = ') : [null, line];
      this.#tokens = (definition ?? '').match(/\d+(?:\.\d+)?(?:e-?\d+)?|\w+|\S/g) ?? [];
      value = this.#sum();
      if (name) this.#values[name] = value;
    }
    return value;
  }

  #take(...symbols: string[]): string | null {
    const [first] = this.#tokens;
    if (first === undefined || !symbols.includes(first)) return null;
    return this.#tokens.shift() ?? null;
  }

  #sum(): number {
    let value = this.#product();
    for (let symbol = this.#take('+', '-'); symbol; symbol = this.#take('+', '-')) {
      const next = this.#product();
      value = symbol === '+' ? value + next : value - next;
    }
    return value;
  }

  #product(): number {
    let value = this.#sign();
    for (let symbol = this.#take('*', '/'); symbol; symbol = this.#take('*', '/')) {
      const next = this.#sign();
      value = symbol === '*' ? value * next : value / next;
    }
    return value;
  }

  #sign(): number {
    return this.#take('-') ? -this.#sign() : this.#power();
  }

  #power(): number {
    const base = this.#atom();
    return this.#take('^') ? base ** this.#atom() : base;
  }

  #atom(): number {
    const token = this.#tokens.shift() ?? '';
    if (token === '|') return Math.abs(this.#closed('|'));
    if (token === '(') return this.#closed(')');
    if (/^\d/.test(token)) return Number(token);
    if (!this.#take('(')) return this.#values[token] ?? NaN;
    const argument = this.#closed(')');
    return token === 'sqrt' ? Math.sqrt(argument) : Math.exp(argument);
  }

  #closed(end: string): number {
    const value = this.#sum();
    this.#take(end);
    return value;
  }
}

const values = { x: 1.25, y: -0.75, z: 2.5 };
const leaves: Readonly<Record<keyof typeof values, Number>> = {
  x: input('x', [], 'float64'),
  y: input('y', [], 'float64'),
  z: input('z', [], 'float64'),
};

const binary: readonly ((a: Number, b: Number) => Number)[] = [
  (a, b) => add(a, b),
  (a, b) => sub(a, b),
  (a, b) => mul(a, b),
  (a, b) => div(a, b),
];
const unary: readonly ((a: Number) => Number)[] = [
  (a) => neg(a),
  (a) => mul(a, a),
  (a) => abs(a),
  (a) => pow(abs(a), 1.5),
  (a) => sqrt(abs(a)),
  (a) => exp(neg(abs(a))),
  (a) => mul(a, -3),
];

/** Expressions in which every earlier one may be used again. */
const expressions: fc.Arbitrary<Number> = fc
  .array(fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)), { minLength: 1, maxLength: 9 })
  .map((choices) => {
    const made: Number[] = [leaves.x, leaves.y, leaves.z];
    for (const [kind, i, j] of choices) {
      const [a, b] = [made[i % made.length], made[j % made.length]] as [Number, Number];
      const two = binary[kind % (binary.length + unary.length)];
      const one = unary[kind % unary.length] as (a: Number) => Number;
      made.push(two ? two(a, b) : one(a));
    }
    return made.at(-1) as Number;
  });

function valueOf(expr: Number): number {
  const slots = new Map(
    postorder([expr]).flatMap(({ slot }) =>
      slot?.kind === 'input' ? [[slot, [values[slot.name as keyof typeof values]]] as const] : [],
    ),
  );
  return interpret(float64Algebra, [expr], { slots, sizes: {} })[0]?.data[0] ?? NaN;
}

test('a formula means what its graph means, operation by operation (seed 11)', () => {
  fc.assert(
    fc.property(expressions, (expr) => {
      expect(new Reader(values).read(formula(expr))).toBe(valueOf(expr));
    }),
    { seed: 11, numRuns: 400 },
  );
});

const matrix = parameter('w', [3, 2], { dtype: 'float64' });
const rows = input('x', ['N', 3], 'float64');
const target = input('y', ['N', 2], 'float64');
const hidden = tanh(matmul(rows, matrix)).named('h');
const error = loss.mse(hidden, target);

const written: readonly [string, Expr, string, string][] = [
  [
    'parentheses where they are needed',
    sub(leaves.x, sub(leaves.y, leaves.z)),
    'x - (y - z)',
    'x - \\left(y - z\\right)',
  ],
  ['none where they are not', sub(sub(leaves.x, leaves.y), leaves.z), 'x - y - z', 'x - y - z'],
  ['quotients', div(leaves.x, add(leaves.y, 1)), 'x / (y + 1)', '\\frac{x}{y + 1}'],
  ['small numbers', mul(leaves.x, 1e-8), 'x * 1e-8', 'x \\, 10^{-8}'],
  ['a reduction over some axes', max(rows, { axis: 0 }), 'max(x, axes 0)', '\\max_{0} x'],
  ['a reduction over all axes', sum(rows), 'sum(x)', '\\sum x'],
  ['a transposition', transpose(matrix), 'w^T', 'w^{\\top}'],
  [
    'a choice',
    where(leaves.x.lt(0), leaves.y, leaves.z),
    'where(x < 0, y, z)',
    '\\begin{cases} y & x < 0 \\\\ z & \\text{otherwise} \\end{cases}',
  ],
  ['numbers of a float32 graph', add(input('v', []), 0.1), 'v + 0.1', 'v + 0.1'],
  [
    'parts with a name',
    error,
    'h = tanh(x @ w)\nsum((h - y)^2) / (2 * N)',
    'h = \\operatorname{tanh}\\left(x \\, w\\right)\n\\frac{\\sum \\left(h - y\\right)^2}{2 \\, N}',
  ],
  [
    'a derivative before it is expanded',
    gradient(mul(leaves.x, leaves.y), leaves.x),
    'd(x * y)/d(x)',
    '\\frac{\\partial \\left(x \\, y\\right)}{\\partial x}',
  ],
];

test.each(written)('%s', (_title, expr, text, latex) => {
  expect(formula(expr)).toBe(text);
  expect(formula(expr, { style: 'latex' })).toBe(latex);
});

test('the gradient of a model is a formula like any other', () => {
  const [expanded] = expandGradients([gradient(sum(mul(hidden, target)), matrix)]);
  expect(formula(expanded as Expr)).toBe('h = tanh(x @ w)\nx^T @ (1 * y * (1 - h^2))');
});

describe('update rules', () => {
  const rules: readonly [optim.Optimizer, string][] = [
    [
      optim.sgd({ momentum: 0.9, nesterov: true }),
      "momentum_buffer' = momentum_buffer * momentum + g\np' = p - (g + momentum_buffer' * momentum) * lr",
    ],
    [
      optim.adamw(),
      [
        "exp_avg' = exp_avg + (g - exp_avg) * (1 - beta1)",
        "exp_avg_sq' = exp_avg_sq * beta2 + g^2 * (1 - beta2)",
        "p' = p * (1 - lr * weightDecay) - exp_avg' * (lr / (1 - beta1^t)) / (sqrt(exp_avg_sq') / sqrt(1 - beta2^t) + eps)",
      ].join('\n'),
    ],
    [
      optim.chain(optim.clipByGlobalNorm(1), optim.sgd()),
      "p' = p - g * min(clipByGlobalNorm.maxNorm / (sqrt(sum(g^2)) + 1e-6), 1) * lr",
    ],
    [optim.sgd({ lr: schedule.exponential({ base: 1, gamma: 0.9 }) }), "p' = p - g * (lr * 0.9^(t - 1))"],
    [optim.sam(optim.sgd()), "peak = p + g * (sam.rho / (sqrt(sum(g^2)) + 1e-12))\np' = p - g(peak) * lr"],
  ];
  test.each(rules.map(([optimizer, text]) => [optimizer.name, optimizer, text] as const))(
    '%s',
    (_name, optimizer, text) => {
      expect(optim.updateRule(optimizer)).toBe(text);
    },
  );

  test('are typeset with Greek letters', () => {
    expect(optim.updateRule(optim.sgd({ weightDecay: 0.1 }), { style: 'latex' })).toBe(
      "p' = p - \\left(g + p \\, \\lambda\\right) \\, \\eta",
    );
  });
});
