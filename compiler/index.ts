export { compile, emit } from './compile.ts';
export type { CompileOptions, Emitted, TargetName } from './compile.ts';
