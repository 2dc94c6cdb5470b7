/** The options of the command line. */
import { parseArgs } from 'node:util';
import type { ParityCase } from './cases.ts';
import type { Target } from './engine.ts';
import { emittedTargets } from './engine.ts';

export interface Options {
  readonly targets: readonly Target[];
  /** Whether a case is to be replayed. */
  readonly chosen: (test: ParityCase) => boolean;
}

const known: readonly Target[] = [...emittedTargets, 'interpreter'];

/**
 * `--target js|wasm|interpreter` (default: both emitted targets), `--kind op`, and `--only` with a regular
 * expression that the id must match. Throws for anything else.
 */
export function parseOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { target: text, kind: text, only: text } });
  const { target, kind, only } = values;
  const targets = target === undefined ? emittedTargets : known.filter((name) => name === target);
  if (targets.length === 0) throw new Error(`--target ${target}: choose one of ${known.join(', ')}`);
  const pattern = only === undefined ? null : new RegExp(only);
  return {
    targets,
    chosen: (test) => (kind === undefined || test.kind === kind) && (pattern?.test(test.id) ?? true),
  };
}
