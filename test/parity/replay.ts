/** Replays cases: one function for each kind, and a verdict for each case. */
import type { OptimizerCase, ParityCase } from './cases.ts';
import { replayClip } from './clip.ts';
import type { Engine } from './engine.ts';
import { replayGraph, replayHvp, replayLoss, replayOp } from './expressions.ts';
import { replayInit } from './initializers.ts';
import { replayLbfgs } from './lbfgs.ts';
import { replayOptimizer } from './optimizers.ts';
import type { Status, Verdict } from './report.ts';
import type { Suite } from './suite.ts';
import { replayScheduler } from './schedulers.ts';
import { replayTrain } from './train.ts';
import { Unsupported, rowOf } from './unsupported.ts';

interface Replayer {
  replay(test: ParityCase, engine: Engine, suite: Suite): void | Promise<void>;
}

/** Throws `Unsupported` for what the project does not have, and anything else where the case does not hold. */
type Replay = Replayer['replay'];

const replays: Readonly<Record<string, Replay>> = {
  op: replayOp,
  loss: replayLoss,
  graph: replayGraph,
  hvp: replayHvp,
  init: replayInit,
  optimizer: (test: OptimizerCase, engine) =>
    (test.optimizer === 'LBFGS' ? replayLbfgs : replayOptimizer)(test, engine),
  clip: replayClip,
  scheduler: replayScheduler,
  train: replayTrain,
  seed: () => {
    throw new Unsupported("no replay of PyTorch's generator");
  },
};

/** The verdict on a case, which must hold on every engine. */
export async function judge(
  test: ParityCase,
  engines: Readonly<Record<string, Engine>>,
  suite: Suite,
): Promise<Verdict> {
  const verdict = (status: Status, reason = ''): Verdict => ({
    id: test.id,
    kind: test.kind,
    status,
    reason,
  });
  for (const [target, engine] of Object.entries(engines)) {
    try {
      await rowOf(replays, 'kind of case', test.kind)(test, engine, suite);
    } catch (error) {
      if (error instanceof Unsupported) return verdict('unsupported', error.message);
      return verdict('fail', `${target}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return verdict('pass');
}
