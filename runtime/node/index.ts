export { checkpointFolder } from './checkpoint.ts';
export type { ReadOptions } from './read.ts';
export { loadSafetensors, readCsv, readIdx, readNpy } from './read.ts';
export { saveNpy, saveSafetensors } from './save.ts';
export type { Interruption } from './signals.ts';
export { onInterrupt } from './signals.ts';
