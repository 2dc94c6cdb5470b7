/** Checks of options: a misspelt name is an error with a suggestion, and so is a value that makes no sense. */
import { runtimeError } from './errors.ts';
import { described, printable, suggestion } from './text.ts';

/** What an option must be: a test and its name in words. */
export interface Requirement {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

export function integerFrom(least: number): Requirement {
  return {
    expected: `an integer, ${least} or more`,
    holds: (value) => Number.isSafeInteger(value) && Number(value) >= least,
  };
}

export const anInteger: Requirement = { expected: 'an integer', holds: Number.isSafeInteger };
export const aSwitch: Requirement = {
  expected: 'true or false',
  holds: (value) => typeof value === 'boolean',
};
export const aFunction: Requirement = {
  expected: 'a function',
  holds: (value) => typeof value === 'function',
};
export const anObject: Requirement = {
  expected: 'an object',
  holds: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};
export const aFraction: Requirement = {
  expected: 'a number between 0 and 1',
  holds: (value) => typeof value === 'number' && value > 0 && value < 1,
};

export function oneOf(...values: readonly string[]): Requirement {
  return {
    expected: values.map((value) => `'${value}'`).join(' or '),
    holds: (value) => typeof value === 'string' && values.includes(value),
  };
}

export function either(a: Requirement, b: Requirement): Requirement {
  return { expected: `${a.expected}, or ${b.expected}`, holds: (value) => a.holds(value) || b.holds(value) };
}

/** Throws unless every option of `options` is in `table` and is what it says. Undefined counts as left out. */
export function checkOptions(
  call: string,
  options: object,
  table: Readonly<Record<string, Requirement>>,
  required: readonly string[] = [],
): void {
  const names = Object.keys(table);
  for (const [option, value] of Object.entries(options)) {
    const requirement = Object.hasOwn(table, option) ? table[option] : undefined;
    if (!requirement) {
      throw runtimeError('E-OPTION-UNKNOWN', {
        call,
        option: printable(option),
        suggestion: suggestion(option, names),
      });
    }
    if (value !== undefined) checkOption(call, option, value, requirement);
  }
  const given = new Map<string, unknown>(Object.entries(options));
  for (const option of required) {
    const requirement = table[option];
    if (requirement) checkOption(call, option, given.get(option), requirement);
  }
}

/** Throws unless `value` is what `requirement` says. */
export function checkOption(call: string, option: string, value: unknown, requirement: Requirement): void {
  if (requirement.holds(value)) return;
  throw runtimeError('E-OPTION-VALUE', {
    call,
    option,
    found: described(value),
    expected: requirement.expected,
  });
}
