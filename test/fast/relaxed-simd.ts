/** Runs with relaxed SIMD and without, on engines that offer it by a flag as on those that always do. */
import { setFlagsFromString } from 'node:v8';
import { vi } from 'vitest';
import { hasRelaxedSimd } from '../../compiler/emit/wasm/relaxed.ts';

const flag = 'experimental-wasm-relaxed-simd';

/** What `run` gives on an engine that has relaxed SIMD, or that lacks it. */
export async function withRelaxedSimd<T>(wanted: boolean, run: () => T | Promise<T>): Promise<T> {
  if (wanted === hasRelaxedSimd()) return await run();
  if (!wanted) {
    const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    try {
      return await run();
    } finally {
      validate.mockRestore();
    }
  }
  setFlagsFromString(`--${flag}`);
  try {
    return await run();
  } finally {
    setFlagsFromString(`--no-${flag}`);
  }
}
