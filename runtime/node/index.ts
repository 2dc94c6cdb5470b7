export type { ReadOptions } from './read.ts';
export { loadSafetensors, readCsv, readIdx, readNpy } from './read.ts';
export { saveNpy, saveSafetensors } from './save.ts';
