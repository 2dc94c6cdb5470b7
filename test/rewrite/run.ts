/** Runs graphs as they are written, without any rewriting: through emitted JavaScript, or by their meaning. */
import type { Expr } from '../../src/index.ts';
import { inference } from '../../src/index.ts';
import { must } from '../../src/errors.ts';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { interpret } from '../../src/interpret.ts';
import type { Slot } from '../../src/slot.ts';
import { evaluateEngine } from '../../compiler/emit/evaluate-source.ts';
import { createStep } from '../../compiler/emit/glue.ts';
import { jsSource } from '../../compiler/emit/js/module.ts';
import { layoutOf, manifestOf } from '../../compiler/emit/layout.ts';
import { lower } from '../../compiler/lowered.ts';
import { optimize } from '../../compiler/pipeline.ts';
import type { Stage } from '../../compiler/rewrite/stages.ts';

/** The elements of each input, by name. */
export type Data = Readonly<Record<string, readonly number[]>>;

/** Computes the values of `roots` in emitted JavaScript; `stages` are the rewrites before. */
export function compiled(roots: readonly Expr[], stages: readonly Stage[] = []): (data: Data) => number[][] {
  const outputs = Object.fromEntries(roots.map((root, i) => [`root${i}`, root]));
  const lowered = lower(optimize(inference({ outputs }), () => {}, { stages }));
  const manifest = manifestOf(lowered, 'js', 'strict');
  const engine = evaluateEngine(jsSource(lowered, manifest.symbols));
  const step = createStep(manifest, layoutOf(lowered), engine, {});
  return (data) => {
    const batch = manifest.inputs.map(({ name }) => [name, must(data[name], name)] as const);
    const results = step.predict(Object.fromEntries(batch));
    return roots.map((_, i) => [...must(results[`root${i}`], 'output').data]);
  };
}

/** The values of `roots` by the meaning of their operators, in float64. */
export function meaning(roots: readonly Expr[], data: Data): number[][] {
  const slots = new Map<Slot, readonly number[]>();
  const seen = new Set<Expr>();
  const visit = (node: Expr): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.slot?.kind === 'input') slots.set(node.slot, must(data[node.slot.name], node.slot.name));
    node.args.forEach(visit);
  };
  roots.forEach(visit);
  return interpret(float64Algebra, roots, { slots, sizes: {} }).map((tensor) => [...tensor.data]);
}

/** The same bits, NaN payloads excepted. */
export const sameBits = (x: readonly number[], y: readonly number[]): boolean =>
  x.length === y.length && x.every((value, i) => Object.is(value, y[i]));
