/** The commands by name. */
import { emitCommand } from './emit.ts';
import { inspectCommand } from './inspect.ts';
import type { Command } from './usage.ts';
import { verifyCommand } from './verify.ts';

export const commands: Readonly<Record<string, Command>> = {
  emit: emitCommand,
  inspect: inspectCommand,
  verify: verifyCommand,
};
