/** Stopping a run from outside without losing it. */

/** A run's signal, until it is released. */
export interface Interruption {
  /** For the option `signal` of `fit`. */
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

/** Exit codes by convention: 128 and the number of the signal. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Listens for SIGINT (Ctrl-C) and SIGTERM. The first one aborts `signal`, so that `fit` saves a last checkpoint and
 * returns, and sets the exit code of the process to 130 or 143; a second one ends the process at once.
 */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  const listeners = Object.entries(exitCodes).map(([name, code]) => {
    const listener = (): void => {
      if (controller.signal.aborted) process.exit(code);
      process.exitCode = code;
      controller.abort();
    };
    process.on(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    release: () => {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}
