/** Bounds on gradients: the step of plain gradient descent from 0 is the clipped gradient with its sign changed. */
import { optim } from 'adjoint';
import type { Attributes, ClipCase } from './cases.ts';
import type { Engine } from './engine.ts';
import { declareUpdates, tensorNamed } from './optimizers.ts';
import { checkNumbers, tolerances } from './tolerance.ts';
import { rowOf } from './unsupported.ts';

interface Row {
  make(attrs: Attributes): optim.Transform;
}

/** The bounds that the project has, by their names in the specification. */
const clipRows: Readonly<Record<string, Row['make']>> = {
  clip_grad_norm_: ({ max_norm, norm_type = 2 }: { max_norm: number; norm_type?: number }) =>
    optim.clipByGlobalNorm(max_norm, { p: norm_type }),
  clip_grad_value_: ({ clip_value }: { clip_value: number }) => optim.clipByValue(clip_value),
};

export function clipping(name: string, attrs: Attributes): optim.Transform {
  return rowOf(clipRows, 'bound on gradients', name)(attrs);
}

/** Keeps the norm of all gradients together, as the transformations behind it receive them, as state `name`. */
export function keepNorm(name: string, p = 2): optim.Transform {
  return {
    name: 'keepNorm',
    apply: (gradients, context) => {
      context.keep(name).set(optim.globalNorm(gradients, p));
      return gradients;
    },
  };
}

export function replayClip(test: ClipCase, engine: Engine): void {
  const { attrs, grads, total_norm, grads_after, tol = tolerances.update } = test;
  const { norm_type = 2 } = attrs as { norm_type?: number };
  const descent = optim.chain(keepNorm('norm', norm_type), clipping(test.clip, attrs), optim.sgd({ lr: 1 }));
  const step = engine(
    declareUpdates(
      grads.map(({ shape }) => shape),
      descent,
    ),
  ).create();
  step.step(Object.fromEntries(grads.map(({ data }, i) => [`g${i}`, data] as const)));
  grads_after.forEach((expected, i) => {
    const clipped = Array.from(tensorNamed(step.parameters, `p${i}`).data, (value) => -value);
    checkNumbers(`gradient ${i}`, clipped, expected, tol);
  });
  if (total_norm === undefined) return;
  checkNumbers('total_norm', tensorNamed(step.state, 'keepNorm.norm').data, [total_norm], tol);
}
