/** Budgets: what compile refuses, and what it says. */
import { AdjointError } from 'adjoint';
import type { Budget } from 'adjoint/compiler';
import { compile, emit, report } from 'adjoint/compiler';
import { describe, expect, test } from 'vitest';
import { sum } from '../../compiler/report/polynomial.ts';
import { linearRegression, perceptron } from './programs.ts';

const capacity = { N: 32 };
const program = perceptron();

/** What the program needs of each limit. */
async function needs(): Promise<Required<Omit<Budget, 'capacity'>>> {
  const { kernels, memory, module, parameters } = await report(program, { capacity });
  const step = kernels.filter(({ entry }) => entry === 'step').map(({ flops }) => flops);
  return {
    flops: sum(step).at(capacity),
    arenaBytes: memory.arenaBytes,
    gzipBytes: module.gzipBytes,
    parameters: parameters.elements,
  };
}

function failure(budget: Budget, of = program): string {
  try {
    compile(of, { budget });
  } catch (error) {
    if (error instanceof AdjointError && error.code === 'E-BUDGET') return error.message;
    throw error;
  }
  return '';
}

const limits = ['flops', 'arenaBytes', 'gzipBytes', 'parameters'] as const;

describe('compile', () => {
  test.each(limits)(
    'accepts a program that needs exactly its budget for %s, and nothing less',
    async (limit) => {
      const { [limit]: needed } = await needs();
      expect(failure({ [limit]: needed, capacity })).toBe('');
      expect(failure({ [limit]: needed - 1, capacity })).toContain(`overruns its budget for ${limit}`);
    },
  );

  test('names every limit that is overrun, with both numbers', () => {
    const message = failure({ parameters: 20, arenaBytes: 100, gzipBytes: 1e9, capacity });
    expect(message).toContain('budget for arenaBytes, parameters');
    expect(message).toContain('parameters: 58 parameters, 20 allowed (2.90 times as many)');
    expect(message).not.toContain('gzipBytes:');
  });

  test('asks for the sizes at which operations and memory are limited', () => {
    expect(failure({ flops: 1e9 })).toMatch(/needs the size of N[\s\S]*capacity: \{ N: 64 \}/);
    expect(failure({ parameters: 11 }, linearRegression())).toBe('');
  });

  test('refuses a limit that is no number', () => {
    expect(failure({ parameters: Number.NaN })).toContain('the budget for parameters is NaN');
  });
});

test('emit keeps budgets too', () => {
  expect(() => emit(program, { budget: { parameters: 1 } })).toThrow(/^E-BUDGET/);
});
