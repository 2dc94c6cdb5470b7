/** A call that cannot be taken: what is wrong with it, and the way out. */
export class UsageError extends Error {}

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly help: string;
  /** Runs the command with the arguments behind its name; the exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
}
