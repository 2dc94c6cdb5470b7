/**
 * The catalogue of user mistakes that declaring and compiling can meet. Every error has a stable code, the user's
 * own names, the place of declaration and one way out.
 */
export const catalogue = {
  'E-SHAPE-BROADCAST': 'Sizes broadcast from the last axis: they must be equal, or one of them 1.',
  'E-SHAPE-MATMUL': 'The last size of the left side must equal the last but one of the right side.',
  'E-SHAPE-SAME':
    'Both must have the same shape; nothing is broadcast here, so that [N] never meets [N, 1] by accident.',
  'E-SHAPE-RESHAPE': 'The number of elements must stay the same.',
  'E-SHAPE-AXIS': 'Axes count from 0, or from the end with negative numbers.',
  'E-SHAPE-RANK': 'Add or remove axes with reshape, squeeze or unsqueeze.',
  'E-SHAPE-SIZE': 'A size is a non-negative integer, or a name such as "N" with an optional factor.',
  'E-SHAPE-SYMBOLIC':
    'This needs a size that is known when the program is declared: use a number, not a named size.',
  'E-SHAPE-LAYER': 'The size of the input must be the one that the layer was declared with.',
  'E-SHAPE-WINDOW': 'The window must fit into the padded input.',
  'E-DTYPE': 'Convert one side with cast().',
  'E-DTYPE-FLOAT': 'Only float32 and float64 values have derivatives; convert with cast().',
  'E-ATTRIBUTE': 'Change the argument.',
  'E-LOSS-SCALAR': 'Reduce the loss to one number, for example with mean().',
  'E-LOSS-UNUSED': 'Use the parameter in the loss, or freeze it, or leave it out of the model.',
  'E-NAME-TWICE':
    'Give one of them another name: { name: "..." }, or put the layers into one nn.sequential or nn.module.',
  'E-NAME-UNKNOWN': 'Use one of the names listed.',
  'E-OPTIMIZER': 'Choose a value in the range given.',
  'E-DERIVATIVE':
    'Stop the gradient before it with stopGradient(), or give a derivative with withGradient().',
  'E-PROGRAM': 'Change the declaration.',
  'E-COMPILE-TARGET': 'Choose one of the targets listed.',
  'E-COMPILE-POLICY': 'Compile for the wasm target, or emit the module to a file and import it.',
  'E-COMPILE-MEMORY': 'Make these tensors smaller: a model of several gibibytes does not fit into one step.',
  'E-VERIFY-FAST-CHECK': 'Install it: npm install --save-dev fast-check.',
  'E-BUDGET': 'Make the program smaller, or raise the budget.',
} as const;

export type ErrorCode = keyof typeof catalogue;

/** An error a user can act on. `code` is stable; the message carries names, shapes, places and the way out. */
export class AdjointError extends Error {
  readonly code: ErrorCode;
  constructor(
    code: ErrorCode,
    headline: string,
    details: readonly string[] = [],
    hint: string = catalogue[code],
  ) {
    super([`${code}  ${headline}`, ...details.map((line) => `  ${line}`), `  ${hint}`].join('\n'));
    this.name = 'AdjointError';
    this.code = code;
  }
}

/** A fault of adjoint itself, never of the user. */
export class InternalError extends Error {
  constructor(message: string) {
    super(`internal: ${message}`);
    this.name = 'InternalError';
  }
}

/** Returns `value`, which holds by construction; its absence is a fault of adjoint. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new InternalError(`${what} is missing`);
  return value;
}

/** The candidate nearest to `name` by edits of one character, if it is near enough to be a typing mistake. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
