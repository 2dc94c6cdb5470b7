export { emitted } from './checks/emitted.ts';
export { equivalent } from './checks/equivalent.ts';
export { gradients } from './checks/gradients.ts';
export { operator } from './checks/operator.ts';
export { optimizer } from './checks/optimizer.ts';
export { determinism, inspect, program, resume } from './checks/program.ts';
export { lostBits, stability } from './checks/stability.ts';
export { replay } from './replay.ts';
export { suite } from './suite.ts';
