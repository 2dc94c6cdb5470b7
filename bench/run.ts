/** Measures workloads: all contenders of one, then the next. */
import type { Contender } from './contenders.ts';
import { compiled } from './contenders.ts';
import type { MeasureOptions, Measured } from './measure.ts';
import { measure } from './measure.ts';
import type { Peer } from './peers.ts';
import type { Workload } from './workload.ts';

export interface WorkloadResult {
  readonly workload: Workload;
  readonly measured: readonly Measured[];
  /** Contenders that are missing, and why. */
  readonly notes: readonly string[];
}

/** All contenders of a workload; what fails is noted and left out. */
export async function runWorkload(
  workload: Workload,
  peers: readonly Peer[],
  options: MeasureOptions,
): Promise<WorkloadResult> {
  const { start, contenders, notes } = compiled(workload);
  const all: Contender[] = [...contenders];
  if (workload.hand) all.push({ label: 'by hand (js)', numerics: 'strict', train: workload.hand(start) });
  if (workload.peer) for (const peer of peers) all.push(peer.contender(workload.peer, start));
  const result = await measure(all, options);
  return { workload, measured: result.measured, notes: [...notes, ...result.notes] };
}
