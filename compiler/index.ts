export { compile, emit, targetNames } from './compile.ts';
export type { CompileOptions, Emitted, TargetName } from './compile.ts';
