/** Smaller runs: fewer calls, then plainer batches. Sizes stay, because batches are of them. */
import type { Call, Run } from '../run/run.ts';

/** Every way to make a run smaller by one step. */
export function* smallerRuns(run: Run): Generator<Run> {
  const { calls } = run;
  if (calls.length > 1) {
    yield { ...run, calls: calls.slice(0, Math.ceil(calls.length / 2)) };
    for (const [i] of calls.entries()) yield { ...run, calls: calls.toSpliced(i, 1) };
  }
  if (run.seed !== 0) yield { ...run, seed: 0 };
  for (const [i, call] of calls.entries()) {
    for (const smaller of plainerCalls(call)) yield { ...run, calls: calls.with(i, smaller) };
  }
}

function* plainerCalls(call: Call): Generator<Call> {
  const { entry, batch, sizes, hyper } = call;
  if (hyper) yield { entry, batch, sizes };
  for (const [name, data] of Object.entries(batch)) {
    if (data.some((x) => x !== 0)) yield { ...call, batch: { ...batch, [name]: data.map(() => 0) } };
    if (data.some((x) => !Number.isInteger(x)))
      yield {
        ...call,
        batch: { ...batch, [name]: data.map((x) => (Number.isFinite(x) ? Math.round(x) : 0)) },
      };
  }
}
