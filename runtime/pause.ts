/** Giving the rest of the program its turn during a long loop. */

/** Between two turns of the others a loop may run this long. */
const milliseconds = 50;

/**
 * A function to await often: it lets timers, signals, rendering and input run if the last turn is 50 ms past,
 * and otherwise returns undefined at once.
 */
export function breather(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < milliseconds) return undefined;
    return turn().then(() => {
      last = performance.now();
    });
  };
}

/** A message to oneself is a task of its own, and unlike a timer it is never delayed. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
