/** Bugs in optimizers: of each update rule, one place of the new parameter or of the state is changed. */
import { input, mul, optim, parameter, sum, training } from 'adjoint';
import { compile } from 'adjoint/compiler';
import { verify } from 'adjoint/verify';
import type { ElementRule } from 'adjoint/verify';
import type { Float, Leaf, Optimizer } from '../../../src/optim/optimizer.ts';
import { drawElements } from '../../../compiler/verify/arb/values.ts';
import { drawFrom } from '../../../compiler/verify/draw.ts';
import type { Kind, PlantedBug } from './bug.ts';
import { mutateGraph } from './mutate-graph.ts';

interface Subject {
  readonly name: string;
  readonly make: () => Optimizer;
  /** The rule as it is on paper. */
  readonly rule: ElementRule;
}

const of = (memory: Record<string, number>, name: string, first = 0): number => (memory[name] ??= first);

const subjects: readonly Subject[] = [
  { name: 'sgd', make: () => optim.sgd({ lr: 0.1 }), rule: (g, p) => p - 0.1 * g },
  {
    name: 'sgd with momentum',
    make: () => optim.sgd({ lr: 0.1, momentum: 0.9, weightDecay: 0.05 }),
    rule: (g, p, m) => {
      m['b'] = 0.9 * of(m, 'b') + g + 0.05 * p;
      return p - 0.1 * m['b'];
    },
  },
  {
    name: 'adam',
    make: () => optim.adam({ lr: 0.01 }),
    rule: (g, p, m, t) => {
      m['m'] = 0.9 * of(m, 'm') + 0.1 * g;
      m['v'] = 0.999 * of(m, 'v') + 0.001 * g * g;
      const [first, second] = [m['m'] / (1 - 0.9 ** t), m['v'] / (1 - 0.999 ** t)];
      return p - (0.01 * first) / (Math.sqrt(second) + 1e-8);
    },
  },
  {
    name: 'adamw',
    make: () => optim.adamw({ lr: 0.01, weightDecay: 0.1 }),
    rule: (g, p, m, t) => {
      m['m'] = 0.9 * of(m, 'm') + 0.1 * g;
      m['v'] = 0.999 * of(m, 'v') + 0.001 * g * g;
      const [first, second] = [m['m'] / (1 - 0.9 ** t), m['v'] / (1 - 0.999 ** t)];
      return p - 0.01 * 0.1 * p - (0.01 * first) / (Math.sqrt(second) + 1e-8);
    },
  },
  {
    name: 'rmsprop',
    make: () => optim.rmsprop({ lr: 0.01 }),
    rule: (g, p, m) => {
      m['v'] = 0.99 * of(m, 'v') + 0.01 * g * g;
      return p - (0.01 * g) / (Math.sqrt(m['v']) + 1e-8);
    },
  },
  {
    name: 'adagrad',
    make: () => optim.adagrad({ lr: 0.1 }),
    rule: (g, p, m) => {
      m['v'] = of(m, 'v') + g * g;
      return p - (0.1 * g) / (Math.sqrt(m['v']) + 1e-10);
    },
  },
  {
    name: 'adadelta',
    make: () => optim.adadelta(),
    rule: (g, p, m) => {
      m['v'] = 0.9 * of(m, 'v') + 0.1 * g * g;
      const step = (Math.sqrt(of(m, 'd') + 1e-6) / Math.sqrt(m['v'] + 1e-6)) * g;
      m['d'] = 0.9 * of(m, 'd') + 0.1 * step * step;
      return p - step;
    },
  },
  {
    name: 'adamax',
    make: () => optim.adamax(),
    rule: (g, p, m, t) => {
      m['m'] = 0.9 * of(m, 'm') + 0.1 * g;
      m['u'] = Math.max(0.999 * of(m, 'u'), Math.abs(g) + 1e-8);
      return p - (0.002 / (1 - 0.9 ** t)) * (m['m'] / m['u']);
    },
  },
  {
    name: 'lion',
    make: () => optim.lion({ lr: 0.01 }),
    rule: (g, p, m) => {
      const step = Math.sign(0.9 * of(m, 'm') + 0.1 * g);
      m['m'] = 0.99 * of(m, 'm') + 0.01 * g;
      return p - 0.01 * step;
    },
  },
];

/** The optimizer with one fault in the new parameter, or in the state it keeps first. */
function faulty(inner: Optimizer, kind: Kind, inState: boolean): Optimizer {
  return {
    name: inner.name,
    update: (gradients, context) => {
      const given = [...gradients, ...context.leaves.map(({ parameter }) => parameter)];
      const wrong = (value: Float): Float =>
        (mutateGraph([value], given, kind)?.[0] as Float | undefined) ?? value;
      const leaves = context.leaves.map((leaf) => (inState ? keepingWrong(leaf, wrong) : leaf));
      const next = inner.update(gradients, { ...context, leaves });
      return inState ? next : next.map(wrong);
    },
  };
}

function keepingWrong(leaf: Leaf, wrong: (value: Float) => Float): Leaf {
  return {
    ...leaf,
    keep: (name, options) => {
      const kept = leaf.keep(name, options);
      return { value: kept.value, set: (next) => kept.set(wrong(next)) };
    },
  };
}

const kinds: readonly Kind[] = ['sign', 'operand swap', 'dropped term', 'off by one'];

/** One bug for each optimizer, each kind, in the parameter and in the state. */
export function optimizerBugs(): PlantedBug[] {
  return subjects.flatMap(({ name, make, rule }) =>
    [false, true].flatMap((inState) =>
      kinds.map((kind): PlantedBug => {
        const wrong = faulty(make(), kind, inState);
        return {
          part: 'optimizer',
          where: inState ? `${name}'s state` : name,
          kind,
          isEquivalent: () => sameSteps(make(), wrong),
          verify: () => {
            verify.optimizer(wrong, { rule, runs: 1 });
          },
        };
      }),
    ),
  );
}

/** The parameters after each of 30 steps under gradients of all kinds. */
function stepsOf(optimizer: Optimizer): number[] {
  const p = parameter('p', [4], { dtype: 'float64' });
  const g = input('g', [4], 'float64');
  const value = sum(mul(p, g));
  const step = compile(training({ loss: value, optimizer }), { target: 'js' }).create({
    parameters: { p: [1, -2, 0.5, 3] },
  });
  const draw = drawFrom(11);
  return Array.from({ length: 30 }, () => {
    step.step({ g: drawElements(draw, 'float64', 4, { range: [-3, 3] }) });
    return Array.from(step.parameters[0]?.data ?? []);
  }).flat();
}

/** Whether both make the same steps, bit by bit: the fault has found no place, or does nothing. */
function sameSteps(right: Optimizer, wrong: Optimizer): boolean {
  const [expected, found] = [stepsOf(right), stepsOf(wrong)];
  return expected.every((x, i) => Object.is(x, found[i]));
}
