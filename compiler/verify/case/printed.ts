/** The method by which fast-check prints a value. The symbol is shared by its name, so that nothing is imported. */
export const toStringMethod: unique symbol = Symbol.for('fast-check/toStringMethod') as never;
