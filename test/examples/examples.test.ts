/** Every example runs, and says what its README promises. */
import { describe, expect, it } from 'vitest';
import { main as diabetes } from '../../examples/diabetes.ts';
import { main as iris } from '../../examples/iris.ts';
import { main as mnist } from '../../examples/mnist.ts';

describe('the diabetes example', () => {
  it('prints ten lines, the R2 beside the best there is, and the same bits from the emitted file', async () => {
    const lines: string[] = [];
    await diabetes((line) => lines.push(line));
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
