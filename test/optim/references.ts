/**
 * Optimizers written a second time, over plain arrays and with Math alone: from the papers and from PyTorch's
 * documentation, sharing nothing with the expressions under test.
 */
import { optim } from 'adjoint';

/** State by name: arrays of one parameter. */
export type Memory = Record<string, number[]>;

/** New values of one parameter after step `t`, counted from 1. */
type Update = (p: readonly number[], g: readonly number[], t: number, memory: Memory) => number[];

export interface Reference {
  readonly title: string;
  readonly make: () => optim.Optimizer;
  readonly update: Update;
  /** State of a parameter of shape [2, 3], besides shared numbers. */
  readonly state: Readonly<Record<string, readonly number[]>>;
  /** Whether a zero gradient moves parameters: it decays, or it goes on by momentum. */
  readonly drifts?: boolean;
}

const shape = [2, 3];
const [rows, columns] = [2, 3] as const;
const beta1 = 0.9;
const beta2 = 0.999;

/** A named array that starts filled with `initial`; `f` gives its next elements. */
function next(
  memory: Memory,
  name: string,
  length: number,
  f: (before: number, i: number) => number,
  initial = 0,
): number[] {
  const before = memory[name] ?? Array.from({ length }, () => initial);
  memory[name] = before.map(f);
  return memory[name];
}

const at = (array: readonly number[], i: number): number => array[i] ?? NaN;
const norm = (array: readonly number[]): number => Math.hypot(...array);
const rms = (array: readonly number[]): number => norm(array) / Math.sqrt(array.length);

function moments(g: readonly number[], memory: Memory, b1 = beta1, b2 = beta2) {
  const m = next(memory, 'm', g.length, (x, i) => b1 * x + (1 - b1) * at(g, i));
  const v = next(memory, 'v', g.length, (x, i) => b2 * x + (1 - b2) * at(g, i) ** 2);
  return { m, v };
}

const adam =
  ({ l2 = 0, decay = 0, amsgrad = false, lr = 0.01 }): Update =>
  (p, given, t, memory) => {
    const g = given.map((x, i) => x + l2 * at(p, i));
    const { m, v } = moments(g, memory);
    const most = amsgrad ? next(memory, 'most', p.length, (x, i) => Math.max(x, at(v, i))) : v;
    return p.map((x, i) => {
      const scale = Math.sqrt(at(most, i) / (1 - beta2 ** t)) + 1e-8;
      return x * (1 - lr * decay) - (lr * at(m, i)) / (1 - beta1 ** t) / scale;
    });
  };

const nadam: Update = (p, g, t, memory) => {
  const mu = (s: number): number => beta1 * (1 - 0.5 * 0.96 ** (s * 0.004));
  const { m, v } = moments(g, memory);
  const product = at(
    next(memory, 'product', 1, (x) => x * mu(t), 1),
    0,
  );
  return p.map((x, i) => {
    const scale = Math.sqrt(at(v, i) / (1 - beta2 ** t)) + 1e-8;
    const mixed =
      ((1 - mu(t)) * at(g, i)) / (1 - product) + (mu(t + 1) * at(m, i)) / (1 - product * mu(t + 1));
    return x - (0.01 * mixed) / scale;
  });
};

const radam: Update = (p, g, t, memory) => {
  const { m, v } = moments(g, memory);
  const longest = 2 / (1 - beta2) - 1;
  const now = longest - (2 * t * beta2 ** t) / (1 - beta2 ** t);
  const rectified = Math.sqrt(((now - 4) * (now - 2) * longest) / ((longest - 4) * (longest - 2) * now));
  return p.map((x, i) => {
    const mean = at(m, i) / (1 - beta1 ** t);
    const scale = (Math.sqrt(at(v, i)) + 1e-8) / Math.sqrt(1 - beta2 ** t);
    return x - 0.01 * (now > 5 ? (rectified * mean) / scale : mean);
  });
};

const adamax: Update = (p, g, t, memory) => {
  const { m } = moments(g, memory);
  const u = next(memory, 'u', p.length, (x, i) => Math.max(beta2 * x, Math.abs(at(g, i)) + 1e-8));
  return p.map((x, i) => x - (0.01 / (1 - beta1 ** t)) * (at(m, i) / at(u, i)));
};

const sgd =
  ({ momentum = 0, dampening = 0, l2 = 0, nesterov = false }): Update =>
  (p, given, t, memory) => {
    const g = given.map((x, i) => x + l2 * at(p, i));
    const b = next(memory, 'b', p.length, (x, i) =>
      t === 1 ? at(g, i) : momentum * x + (1 - dampening) * at(g, i),
    );
    return p.map((x, i) => x - 0.01 * (nesterov ? at(g, i) + momentum * at(b, i) : at(b, i)));
  };

const rmsprop =
  ({ centered = false, momentum = 0 }): Update =>
  (p, g, _t, memory) => {
    const v = next(memory, 'v', p.length, (x, i) => 0.9 * x + 0.1 * at(g, i) ** 2);
    const a = next(memory, 'a', p.length, (x, i) => 0.9 * x + 0.1 * at(g, i));
    const b = next(memory, 'b', p.length, (x, i) => {
      const spread = at(v, i) - (centered ? at(a, i) ** 2 : 0);
      return momentum * x + at(g, i) / (Math.sqrt(spread) + 1e-4);
    });
    return p.map((x, i) => x - 0.01 * at(b, i));
  };

const adagrad: Update = (p, g, t, memory) => {
  const s = next(memory, 's', p.length, (x, i) => x + at(g, i) ** 2, 0.1);
  return p.map((x, i) => x - (0.01 / (1 + (t - 1) * 0.1)) * (at(g, i) / (Math.sqrt(at(s, i)) + 1e-10)));
};

const adadelta: Update = (p, g, _t, memory) => {
  const v = next(memory, 'v', p.length, (x, i) => 0.9 * x + 0.1 * at(g, i) ** 2);
  const before = memory['a'] ?? p.map(() => 0);
  const d = v.map((x, i) => (Math.sqrt(at(before, i) + 1e-6) / Math.sqrt(x + 1e-6)) * at(g, i));
  next(memory, 'a', p.length, (x, i) => 0.9 * x + 0.1 * at(d, i) ** 2);
  return p.map((x, i) => x - at(d, i));
};

const rprop: Update = (p, given, _t, memory) => {
  const before = memory['g'] ?? p.map(() => 0);
  const signs = given.map((x, i) => Math.sign(x * at(before, i)));
  const sizes = next(
    memory,
    'size',
    p.length,
    (x, i) => Math.min(50, Math.max(1e-6, x * (at(signs, i) > 0 ? 1.2 : at(signs, i) < 0 ? 0.5 : 1))),
    0.01,
  );
  const g = given.map((x, i) => (at(signs, i) < 0 ? 0 : x));
  memory['g'] = g;
  return p.map((x, i) => x - Math.sign(at(g, i)) * at(sizes, i));
};

const asgd: Update = (p, g, t, memory) => {
  const eta = t === 1 ? 0.01 : 0.01 / (1 + 0.1 * 0.01 * (t - 1)) ** 0.75;
  const mu = 1 / Math.max(1, t - 1 - 5);
  const moved = p.map((x, i) => x * (1 - 0.1 * eta) - eta * at(g, i));
  next(memory, 'ax', p.length, (x, i) => (mu === 1 ? at(moved, i) : x + mu * (at(moved, i) - x)));
  return moved;
};

const lion: Update = (p, g, _t, memory) => {
  const before = memory['m'] ?? p.map(() => 0);
  next(memory, 'm', p.length, (x, i) => 0.99 * x + 0.01 * at(g, i));
  return p.map((x, i) => {
    const u = Math.sign(0.9 * at(before, i) + 0.1 * at(g, i));
    return x - 0.01 * (u + 0.1 * x);
  });
};

const lamb: Update = (p, g, t, memory) => {
  const { m, v } = moments(g, memory);
  const u = p.map((x, i) => {
    const scale = Math.sqrt(at(v, i) / (1 - beta2 ** t)) + 1e-6;
    return at(m, i) / (1 - beta1 ** t) / scale + 0.1 * x;
  });
  const trust = norm(p) > 0 && norm(u) > 0 ? norm(p) / norm(u) : 1;
  return p.map((x, i) => x - 0.01 * trust * at(u, i));
};

const lars: Update = (p, g, _t, memory) => {
  const usable = norm(p) > 0 && norm(g) > 0;
  const trust = usable ? (0.001 * norm(p)) / (norm(g) + 0.1 * norm(p)) : 1;
  const b = next(memory, 'b', p.length, (x, i) => 0.9 * x + trust * 0.5 * (at(g, i) + 0.1 * at(p, i)));
  return p.map((x, i) => x - at(b, i));
};

/** z takes AdamW's steps, x averages z, and the parameter is y = (1 - b1) z + b1 x. */
const scheduleFree: Update = (p, g, t, memory) => {
  const z = memory['z'] ?? [...p];
  const x = memory['x'] ?? [...p];
  const v = next(memory, 'v', p.length, (old, i) => beta2 * old + (1 - beta2) * at(g, i) ** 2);
  const rate = 0.01 * Math.min(1, t / 10);
  const [total = 0] = next(memory, 'total', 1, (old) => old + rate ** 2);
  const share = rate ** 2 / total;
  memory['z'] = z.map((old, i) => {
    const scale = Math.sqrt(at(v, i) / (1 - beta2 ** t)) + 1e-8;
    return old - rate * (at(g, i) / scale + 0.1 * at(p, i));
  });
  memory['x'] = x.map((old, i) => (1 - share) * old + share * at(memory['z'] ?? [], i));
  return p.map((_, i) => (1 - beta1) * at(memory['z'] ?? [], i) + beta1 * at(memory['x'] ?? [], i));
};

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const row = (a: readonly number[], i: number): number[] => a.slice(i * columns, (i + 1) * columns);
const column = (a: readonly number[], j: number): number[] => a.filter((_, at) => at % columns === j);

const adafactor: Update = (p, g, t, memory) => {
  const squares = g.map((x) => x * x);
  const share = t ** -0.8;
  const r = next(memory, 'r', rows, (x, i) => x + share * (mean(row(squares, i)) - x));
  const c = next(memory, 'c', columns, (x, j) => x + share * (mean(column(squares, j)) - x));
  const u = g.map((x, i) => {
    const v = (at(r, Math.floor(i / columns)) * at(c, i % columns)) / Math.max(mean(r), 2 ** -52);
    return x / Math.sqrt(Math.max(v, 2 ** -104));
  });
  const alpha = Math.max(1e-3, rms(p)) * Math.min(0.05, 1 / Math.sqrt(t));
  return p.map((x, i) => x * (1 - 0.05 * 0.1) - (alpha * at(u, i)) / Math.max(1, rms(u)));
};

/** a times b, of shapes n x k and k x m. */
const product = (a: readonly number[], b: readonly number[], n: number, k: number, m: number): number[] =>
  Array.from({ length: n * m }, (_, at0) => {
    const [i, j] = [Math.floor(at0 / m), at0 % m];
    return Array.from({ length: k }, (_unused, l) => at(a, i * k + l) * at(b, l * m + j)).reduce(
      (x, y) => x + y,
    );
  });
const transposed = (a: readonly number[], n: number, m: number): number[] =>
  Array.from({ length: n * m }, (_, i) => at(a, (i % n) * m + Math.floor(i / n)));

const muon: Update = (p, g, _t, memory) => {
  const b = next(memory, 'b', p.length, (x, i) => 0.95 * x + 0.05 * at(g, i));
  const u = g.map((x, i) => 0.05 * x + 0.95 * at(b, i));
  let x = u.map((value) => value / Math.max(norm(u), 1e-7));
  for (let step = 0; step < 5; step++) {
    const gram = product(x, transposed(x, rows, columns), rows, columns, rows);
    const square = product(gram, gram, rows, rows, rows);
    const mixed = gram.map((value, i) => -4.775 * value + 2.0315 * at(square, i));
    const turned = product(mixed, x, rows, rows, columns);
    x = x.map((value, i) => 3.4445 * value + at(turned, i));
  }
  return p.map((value, i) => value * (1 - 0.01 * 0.1) - 0.01 * at(x, i));
};

const moment = { exp_avg: shape, exp_avg_sq: shape };

export const references: readonly Reference[] = [
  { title: 'sgd', make: () => optim.sgd({ lr: 0.01 }), update: sgd({}), state: {} },
  {
    title: 'sgd with momentum and dampening',
    make: () => optim.sgd({ lr: 0.01, momentum: 0.9, dampening: 0.3 }),
    update: sgd({ momentum: 0.9, dampening: 0.3 }),
    state: { momentum_buffer: shape },
  },
  {
    title: 'sgd with Nesterov momentum and decay',
    make: () => optim.sgd({ lr: 0.01, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
    update: sgd({ momentum: 0.9, nesterov: true, l2: 0.1 }),
    state: { momentum_buffer: shape },
    drifts: true,
  },
  { title: 'adam', make: () => optim.adam({ lr: 0.01 }), update: adam({}), state: moment },
  {
    title: 'adam with amsgrad and decay',
    make: () => optim.adam({ lr: 0.01, amsgrad: true, weightDecay: 0.1 }),
    update: adam({ amsgrad: true, l2: 0.1 }),
    state: { ...moment, max_exp_avg_sq: shape },
    drifts: true,
  },
  {
    title: 'adamw',
    make: () => optim.adamw({ lr: 0.01 }),
    update: adam({ decay: 0.01 }),
    state: moment,
    drifts: true,
  },
  { title: 'nadam', make: () => optim.nadam({ lr: 0.01 }), update: nadam, state: moment },
  { title: 'radam', make: () => optim.radam({ lr: 0.01 }), update: radam, state: moment },
  {
    title: 'adamax',
    make: () => optim.adamax({ lr: 0.01 }),
    update: adamax,
    state: { exp_avg: shape, exp_inf: shape },
  },
  {
    title: 'rmsprop',
    make: () => optim.rmsprop({ lr: 0.01, alpha: 0.9, eps: 1e-4 }),
    update: rmsprop({}),
    state: { square_avg: shape },
  },
  {
    title: 'rmsprop, centered and with momentum',
    make: () => optim.rmsprop({ lr: 0.01, alpha: 0.9, eps: 1e-4, centered: true, momentum: 0.5 }),
    update: rmsprop({ centered: true, momentum: 0.5 }),
    state: { square_avg: shape, grad_avg: shape, momentum_buffer: shape },
  },
  {
    title: 'adagrad',
    make: () => optim.adagrad({ lrDecay: 0.1, initialAccumulatorValue: 0.1 }),
    update: adagrad,
    state: { sum: shape },
  },
  {
    title: 'adadelta',
    make: () => optim.adadelta(),
    update: adadelta,
    state: { square_avg: shape, acc_delta: shape },
  },
  {
    title: 'rprop',
    make: () => optim.rprop(),
    update: rprop,
    state: { prev: shape, step_size: shape },
  },
  {
    title: 'asgd',
    make: () => optim.asgd({ lambd: 0.1, t0: 5 }),
    update: asgd,
    state: { ax: shape },
    drifts: true,
  },
  {
    title: 'lion',
    make: () => optim.lion({ lr: 0.01, weightDecay: 0.1 }),
    update: lion,
    state: { exp_avg: shape },
    drifts: true,
  },
  {
    title: 'lamb',
    make: () => optim.lamb({ lr: 0.01, weightDecay: 0.1 }),
    update: lamb,
    state: moment,
    drifts: true,
  },
  {
    title: 'lars',
    make: () => optim.lars({ lr: 0.5, weightDecay: 0.1 }),
    update: lars,
    state: { momentum_buffer: shape },
    drifts: true,
  },
  {
    title: 'scheduleFreeAdamw',
    make: () => optim.scheduleFreeAdamw({ lr: 0.01, warmupSteps: 10, weightDecay: 0.1 }),
    update: scheduleFree,
    state: { exp_avg_sq: shape, z: shape },
    drifts: true,
  },
  {
    title: 'adafactor',
    make: () => optim.adafactor({ lr: 0.05, weightDecay: 0.1 }),
    update: adafactor,
    state: { row_var: [2, 1], col_var: [1, 3] },
    drifts: true,
  },
  {
    title: 'muon without rounding',
    make: () => optim.muon({ lr: 0.01, rounding: 'none' }),
    update: muon,
    state: { momentum_buffer: shape },
    drifts: true,
  },
  {
    title: 'sparseAdam where every row has a gradient',
    make: () => optim.sparseAdam({ lr: 0.01 }),
    update: (p, g, t, memory) => {
      const { m, v } = moments(g, memory);
      const rate = (0.01 * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
      return p.map((x, i) => x - (rate * at(m, i)) / (Math.sqrt(at(v, i)) + 1e-8));
    },
    state: moment,
  },
];
