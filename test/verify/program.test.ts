import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { add, input, loss, mul, nn, optim, square, sub, sum, training, withGradient } from 'adjoint';
import type { Program } from 'adjoint';
import { emit } from 'adjoint/compiler';
import { VerificationError, verify } from 'adjoint/verify';
import type { Report } from 'adjoint/verify';
import { describe, expect, it, test } from 'vitest';
import mnist from '../../examples/mnist.ts';

function regression(lr: number = 0.1): Program {
  const x = input('x', ['N', 3]);
  const prediction = nn.linear(3, 1)(x);
  const error = loss.mse(prediction, input('y', ['N', 1]));
  return training({ name: 'regression', loss: error, optimizer: optim.sgd({ lr }), outputs: { prediction } });
}

/** The report that verification throws. */
async function thrown(verification: () => unknown): Promise<Report> {
  try {
    await verification();
  } catch (error) {
    if (error instanceof VerificationError) return error.report;
    throw error;
  }
  throw new Error('nothing was found wrong');
}

describe('verify.program', () => {
  test('passes the perceptron of the examples, with the slow oracles on as many runs as their effort allows', () => {
    const { checks, passed } = verify.program(mnist, { runs: 20 });
    expect(passed).toBe(true);
    expect(checks.map(({ runs }) => runs)).toEqual([1, 1, 20, 4, 4, 20]);
    expect(checks.every(({ compared }) => compared > 0)).toBe(true);
  });

  test('reports as data and as text, with the seed, runs, numbers, and what was left out', () => {
    const report = verify.program(regression(), { runs: 10, seed: 7 });
    expect(report.subject).toBe('regression');
    expect(report.seed).toBe(7);
    const [first = ''] = String(report).split('\n');
    expect(first).toBe('regression, seed 7');
    for (const { title, runs, compared } of report.checks)
      expect(String(report)).toContain(
        `  ok    ${title}  (${runs} run${runs === 1 ? '' : 's'}, ${compared} number`,
      );
  });

  test('finds a derivative that is wrong, and prints a program of few nodes', async () => {
    const x = input('x', ['N', 3]);
    const h = nn.linear(3, 2)(x);
    const wrong = withGradient(square(h), [h], (g) => [mul(g, h)]);
    const program = training({ loss: sum(wrong), optimizer: optim.sgd({ lr: 0.1 }), outputs: { h } });
    const [failed] = (await thrown(() => verify.program(program))).failures;
    expect(failed?.title).toContain('derivatives of the loss');
    expect(failed?.reproducer?.split('\n').filter((line) => line.startsWith('const ')).length).toBeLessThan(
      5,
    );
  });

  test('says after which call a program diverges', async () => {
    const report = await thrown(() => verify.program(regression(1e30), { runs: 5 }));
    expect(report.failures.map(({ details }) => details.join('\n'))).toEqual([
      'loss[0] is Infinity after call 2, step (run 0, seed 42)',
    ]);
  });

  test('throws an error whose message is the report, and prints nothing more', async () => {
    const report = await thrown(() => verify.program(regression(1e30), { runs: 5 }));
    const error = new VerificationError(report);
    expect(error.message).toBe(String(report));
    expect(Object.keys(error)).toEqual(['name']);
  });
});

describe('verify.suite', () => {
  verify.suite(it, regression(), { runs: 5 });

  test('declares a test for each check in any runner', () => {
    const titles: string[] = [];
    verify.suite((title, run) => {
      titles.push(title);
      run();
    }, regression());
    const names = ['derivatives', 'targets', 'determinism', 'resume', 'finite'];
    expect(titles).toEqual(names.map((name) => `regression: ${name}`));
  });
});

describe('verify.emitted', () => {
  const program = regression();
  const { code } = emit(program, { target: 'js' });

  /** The report of a file that holds `text`. */
  async function reportOf(text: string, of: Program = program): Promise<Report> {
    const folder = await mkdtemp(path.join(tmpdir(), 'adjoint-emitted-'));
    try {
      const file = path.join(folder, 'step.mjs');
      await writeFile(file, text);
      return await verify.emitted(file, of);
    } catch (error) {
      if (error instanceof VerificationError) return error.report;
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const firstFault = ({ failures }: Report): string => failures[0]?.details.join('\n') ?? '';

  test('passes a file as it was emitted', async () => {
    expect((await reportOf(code)).passed).toBe(true);
  });

  test('finds a sign that was changed in the file, and says where it shows', async () => {
    const report = await reportOf(code.replace(' - y[', ' + y['));
    expect(firstFault(report)).toMatch(/^run 0, seed 42\ncall 0 of the run, step\nloss\[0\]/);
    expect(report.failures[0]?.reproducer).toBeNull();
  });

  test('refuses the file of another program', async () => {
    const other = training({
      loss: loss.l1(input('x', [2]), nn.linear(2, 2)(input('y', [2]))),
      optimizer: optim.sgd({ lr: 1 }),
    });
    expect(firstFault(await reportOf(code, other))).toContain('fingerprint');
  });

  test('says why a file cannot be verified at all', async () => {
    expect(firstFault(await reportOf('export const a = 1;'))).toContain('it is not an emitted module');
    expect(firstFault(await reportOf(code.slice(0, code.length / 2)))).toContain('it cannot be imported');
    const missing = await thrown(() => verify.emitted('/nowhere/step.mjs', program));
    expect(firstFault(missing)).toContain('Pass an absolute path');
  });
});

describe('single checks', () => {
  const x = input('x', [4]);

  test('verify.determinism and verify.resume pass a program that hides nothing', () => {
    expect(verify.determinism(regression(), { runs: 4 }).passed).toBe(true);
    expect(verify.resume(regression(), { runs: 4 }).passed).toBe(true);
  });

  test('verify.stability names the node that loses bits', () => {
    const report = verify.stability(sub(add(x, 1e12), 1e12));
    expect(report.passed).toBe(false);
    expect(report.checks[0]?.details[0]).toMatch(/^\d\d bits {2}sub\(.*program\.test\.ts/);
    expect(verify.stability(mul(x, 3)).passed).toBe(true);
  });

  test('verify.gradients is inconclusive where nothing can be compared', async () => {
    const [check] = (await thrown(() => verify.gradients(sum(sub(input('n', [2], 'int32'), 1)) as never)))
      .checks;
    expect(check?.verdict).toBe('inconclusive');
    expect(check?.skipped.map(({ reason }) => reason)).toEqual(['nothing moves']);
  });

  test('verify.equivalent shows the smallest point at which two expressions differ', async () => {
    const report = await thrown(() => verify.equivalent(mul(x, x), mul(x, 2)));
    expect(report.checks[0]?.reproducer).toContain('verify.equivalent(');
    expect(verify.equivalent(mul(x, 2), add(x, x)).passed).toBe(true);
  });
});
