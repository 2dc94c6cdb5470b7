/** Memory plans: values that live at the same time share nothing, and no kernel reads what nobody has written. */
import { describe, expect, test } from 'vitest';
import type { Program } from 'adjoint';
import { workloads } from '../../bench/workloads.ts';
import { builtFor, moduleOf } from '../../compiler/compile.ts';
import type { TargetName } from '../../compiler/compile.ts';
import type { Lowered } from '../../compiler/lowered.ts';
import { lower } from '../../compiler/lowered.ts';
import { optimize } from '../../compiler/pipeline.ts';
import { drawRun } from '../../compiler/verify/arb/run.ts';
import { drawFrom } from '../../compiler/verify/draw.ts';
import { Bench } from '../../compiler/verify/run/check.ts';
import type { Target } from '../../compiler/verify/targets.ts';
import cnn from '../../examples/cnn.ts';
import diabetes from '../../examples/diabetes.ts';
import gru from '../../examples/gru.ts';
import iris from '../../examples/iris.ts';
import mnist from '../../examples/mnist.ts';
import { dropped, stale, wrongOrder } from './planted/plans.ts';
import { apart, poisoned } from './poisoned.ts';

const golden = [cnn, diabetes, gru, iris, mnist].map((program) => ({
  name: `golden ${program.name}`,
  program,
}));
const benched = workloads.map(({ name, program }) => ({ name: `bench ${name}`, program: program() }));

function targetOf(name: TargetName, change: (lowered: Lowered) => Lowered): Target {
  const module = (lowered: Lowered) => moduleOf(builtFor(name, change(lowered)));
  return { name, compile: (program) => module(lower(optimize(program))), fromLowered: module };
}

/** Whether both targets in poisoned memory have the bits of one in which nothing is shared. */
function survives(program: Program, fault: (lowered: Lowered) => Lowered = (lowered) => lowered): boolean {
  const targets = (['js', 'wasm'] as const).map((name) => targetOf(name, (of) => poisoned(fault(of))));
  const bench = new Bench(program, targets, targetOf('js', apart), false);
  return bench.check(drawRun(drawFrom(1), program, { calls: 4 })).parting === null;
}

describe('with free memory poisoned before each kernel', () => {
  test.each([...golden, ...benched])('the $name program has the same bits on both targets', ({ program }) => {
    expect(survives(program)).toBe(true);
  });

  const faults = { stale, dropped, wrongOrder };
  test.each(Object.entries(faults))('a plan that is %s has others', (_name, fault) => {
    expect(survives(iris, (lowered) => fault(lowered) ?? lowered)).toBe(false);
    expect(survives(mnist, (lowered) => fault(lowered) ?? lowered)).toBe(false);
  });
});
