/** Every example runs, and says what its README promises. Those that take minutes run in a shortened form. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { main as cnn } from '../../examples/cnn.ts';
import { main as curveFit } from '../../examples/curve-fit.ts';
import { main as diabetes } from '../../examples/diabetes.ts';
import { main as gaussNewton } from '../../examples/gauss-newton.ts';
import { main as gru } from '../../examples/gru.ts';
import { main as iris } from '../../examples/iris.ts';
import { main as languageModel } from '../../examples/language-model.ts';
import { main as mnist } from '../../examples/mnist.ts';
import { main as ownOptimizer } from '../../examples/own-optimizer.ts';
import { main as rosenbrock } from '../../examples/rosenbrock.ts';

/** What an example prints, and what it returns. */
async function heard<T>(
  run: (log: (line: string) => void) => T | Promise<T>,
): Promise<{ readonly lines: readonly string[]; readonly result: T }> {
  const lines: string[] = [];
  const result = await run((line) => lines.push(line));
  return { lines, result };
}

describe('the diabetes example', () => {
  it('prints ten lines, the R2 beside the best there is, and the same bits from the emitted file', async () => {
    const { lines } = await heard((log) => diabetes(log));
    expect(lines).toHaveLength(14);
    expect(lines[0]).toMatch(/^Epoch \[10\/100\], Loss: \d\.\d{4}$/);
    expect(lines[9]).toMatch(/^Epoch \[100\/100\], Loss: 0\.\d{4}$/);
    expect(lines[10]).toMatch(/^R2 0\.50\d\d after 100 epochs; .* reaches 0\.5177$/);
    expect(lines[11]).toMatch(/the same bits$/);
  });
});

describe('the iris example', () => {
  it('classifies at least 95 % of the flowers', async () => {
    expect(await iris(() => {})).toBeGreaterThan(0.95);
  });
});

describe('the MNIST example', () => {
  it('recognizes at least 80 % of the test digits after one epoch', async () => {
    expect(await mnist({ epochs: 1, log: () => {} })).toBeGreaterThan(0.8);
  });
});

describe('the convolutional example', () => {
  it('recognizes more than half of the test digits after one epoch over a fifth of the digits', async () => {
    const { lines, result } = await heard((log) => cnn({ epochs: 1, rows: 1000, log }));
    expect(lines[0]).toBe('9098 parameters learn from 1000 digits');
    expect(lines[2]).toBe(`${(100 * result).toFixed(1)} % of 1000 test digits recognized`);
    expect(result).toBeGreaterThan(0.5);
  });
});

describe('the recurrent example', () => {
  it('adds the marked numbers of new sequences better than one that says 1 every time', async () => {
    const { lines, result } = await heard((log) => gru({ epochs: 4, rows: 1000, log }));
    expect(lines).toHaveLength(8);
    expect(result).toBeLessThan(1 / 6);
  });
});

describe('the language model', () => {
  it('makes 32 stretches likelier in each of four steps, goes on from its prompt, and writes the same again', async () => {
    const shortened = { epochs: 4, stride: 1750, length: 20 };
    const { lines, result } = await heard((log) => languageModel({ ...shortened, log }));
    const losses = lines.slice(1, 5).map((line) => Number(line.split('Loss: ')[1]));
    expect(lines[0]).toBe('114528 parameters learn from 54590 characters');
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
    expect(new Set(losses).size).toBe(4);
    expect(result.written).toMatch(/^We the People of the United States/);
    expect(result.written).toHaveLength(34 + 20);
    const again = await languageModel({ ...shortened, log: () => {} });
    expect(again).toEqual(result);
  });
});

describe("the minimization of Rosenbrock's function", () => {
  it('prints the function and the rule as formulas, and reaches the minimum', async () => {
    const { lines, result } = await heard((log) => rosenbrock({ log }));
    expect(lines[0]).toBe('f     = (-x + 1)^2 + (y - x^2)^2 * 100');
    expect(lines[4]).toMatch(/^ {2}p' = p - exp_avg'/);
    for (const coordinate of result) expect(coordinate).toBeCloseTo(1, 6);
  });
});

describe('the curve fit', () => {
  it('finds every parameter of the curve within the noise', async () => {
    const { lines, result } = await heard((log) => curveFit({ log }));
    expect(lines[0]).toMatch(/^The curve is exp\(/);
    const truth = { amplitude: 2, decay: 0.3, frequency: 2, phase: 0.5 };
    for (const [name, value] of Object.entries(truth)) expect(result[name]).toBeCloseTo(value, 1);
  });
});

describe('the Gauss-Newton example', () => {
  it('converges in six updates to where more of them lead', async () => {
    const { lines, result } = await heard((log) => gaussNewton({ log }));
    expect(lines.at(-1)).toBe('it foretells 145 million for 1950; the census counted 151');
    expect(gaussNewton({ updates: 9, log: () => {} })).toBeCloseTo(result, 6);
  });
});

describe("the example of one's own update rule", () => {
  it('prints the rule, keeps one mean for each weight, and classifies at least 95 % of the flowers', async () => {
    const { lines, result } = await heard((log) => ownOptimizer({ log }));
    expect(lines[2]).toBe("  p' = p - where(0 <= mean' * g, sign(mean'), 0) * lr");
    expect(lines.at(-2)).toMatch(/^It keeps: 0\.weight\.mean, 2\.weight\.mean, 0\.bias\.exp_avg/);
    expect(result).toBeGreaterThan(0.95);
  });
});

describe('the README of the examples', () => {
  it('names every example', async () => {
    const folder = new URL('../../examples/', import.meta.url);
    const readme = await readFile(new URL('README.md', folder), 'utf8');
    const files = (await readdir(folder)).filter((file) => file.endsWith('.ts'));
    expect(files.filter((file) => !readme.includes(`\`${file}\``))).toEqual([]);
  });
});
