/** Every workload, from the smallest. */
import type { Workload } from './workload.ts';
import { convolution, middleMlp, mlp } from './workloads-networks.ts';
import { recurrent, transformer } from './workloads-sequences.ts';
import { regression, rosenbrock, softmaxRegression } from './workloads-small.ts';

export const workloads: readonly Workload[] = [
  rosenbrock,
  regression,
  softmaxRegression,
  mlp,
  middleMlp,
  convolution,
  transformer,
  recurrent,
];
