/** Transformations one after the other. */
import type { Float, Optimizer, OptimizerContext, Transform } from './optimizer.ts';
import { named } from './context.ts';

const isOptimizer = (stage: Transform | Optimizer): stage is Optimizer => 'update' in stage;

/** `clip`, `clip2`, `clip3`: the names of stages, unlike each other. */
function stageNames(stages: readonly Transform[]): string[] {
  return stages.map(({ name }, i) => {
    const earlier = stages.slice(0, i).filter((stage) => stage.name === name).length;
    return earlier === 0 ? name : `${name}${earlier + 1}`;
  });
}

/** A leaf's state under the stage's name, unless it is the only stage. */
function staged(stage: string, context: OptimizerContext): OptimizerContext {
  return {
    ...named(stage, context),
    leaves: context.leaves.map((leaf) => ({
      ...leaf,
      keep: (name, options) => leaf.keep(`${stage}.${name}`, options),
    })),
  };
}

/**
 * Applies transformations in order; with an optimizer at the end it is an optimizer, whose hyper-parameters and state
 * keep their names. Those of a transformation carry its name: `clipByGlobalNorm.maxNorm`.
 */
export function chain(...stages: readonly [...Transform[], Optimizer]): Optimizer;
export function chain(...stages: readonly Transform[]): Transform;
export function chain(...stages: readonly (Transform | Optimizer)[]): Transform | Optimizer {
  const last = stages.at(-1);
  const transforms = stages.filter((stage): stage is Transform => !isOptimizer(stage));
  const names = stageNames(transforms);
  const apply = (updates: readonly Float[], context: OptimizerContext): readonly Float[] =>
    transforms.reduce<readonly Float[]>(
      (current, stage, i) => stage.apply(current, staged(names[i] ?? stage.name, context)),
      updates,
    );
  const name = stages.map((stage) => stage.name).join(', ');
  if (!last || !isOptimizer(last)) return { name, apply };
  return { name, update: (gradients, context) => last.update(apply(gradients, context), context) };
}
