export { graph, program, run, shape, tensor } from './arbitraries.ts';
export type { GraphOptions, ProgramArbitraryOptions, ShapeOptions, TensorOptions } from './arbitraries.ts';
