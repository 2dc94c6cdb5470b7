/** What of compiling the command line chooses. */
import type { CompileOptions, TargetName } from '../compile.ts';
import { UsageError } from './usage.ts';

/** Options of `parseArgs`. */
export const compileFlags = {
  target: { type: 'string', short: 't' },
  numerics: { type: 'string' },
} as const;

interface Given {
  readonly target?: string | undefined;
  readonly numerics?: string | undefined;
}

/** The options that were given; the compiler itself knows the targets. */
export function compileOptions({ target, numerics }: Given): CompileOptions {
  if (numerics !== undefined && numerics !== 'strict' && numerics !== 'fast')
    throw new UsageError(`--numerics ${numerics}: strict or fast.`);
  return {
    ...(target === undefined ? {} : { target: target as TargetName }),
    ...(numerics === undefined ? {} : { numerics }),
  };
}
