import { describe, expect, it } from 'vitest';
import type { Step, TensorInfo } from '../../runtime/contract.ts';
import { evaluate, predict } from '../../runtime/evaluate.ts';
import { fake, manifest, planeData } from './fake-module.ts';

const data = planeData(23);
const stepOf = (capacity: number): Step =>
  fake.create({ capacity: { N: capacity }, parameters: { weight: [1, -2, 0.5], bias: [2] } });

describe('evaluate', () => {
  it('does not depend on the size of batches: means combine by rows', () => {
    const whole = evaluate(stepOf(23), data);
    expect(whole.loss).toBeGreaterThan(0);
    for (const batchSize of [1, 4, 7, 22, 23]) {
      const { loss, metrics } = evaluate(stepOf(23), data, { batchSize });
      expect(loss).toBeCloseTo(whole.loss, 12);
      expect(metrics['mae']).toBeCloseTo(whole.metrics['mae'] ?? NaN, 12);
    }
  });

  it('averages plain values over batches', () => {
    const step = stepOf(23);
    const halves = [0, 12].map((from) =>
      evaluate(step, { x: data.x.slice(from * 3, from * 3 + 36), y: data.y.slice(from, from + 12) }),
    );
    const [a = NaN, b = NaN] = halves.map(({ metrics }) => metrics['largest']);
    expect(evaluate(step, data, { batchSize: 12 }).metrics['largest']).toBe((a + b) / 2);
  });

  it('fills batches up to the capacity of the step by itself', () => {
    expect(evaluate(stepOf(5), data).loss).toBeCloseTo(evaluate(stepOf(23), data).loss, 12);
  });

  it('does not count batches of weight 0, and gives NaN where nothing counts', () => {
    const step = stepOf(23);
    const masked = (rows: number): Step => ({
      ...step,
      evaluate: (batch) => {
        const metrics = step.evaluate(batch);
        if ((step.weights[0] ?? 0) < rows) step.weights.fill(0);
        return step.weights[0] === 0 ? { loss: NaN, mae: NaN, largest: NaN } : metrics;
      },
    });
    const first = evaluate(step, { x: data.x.slice(0, 60), y: data.y.slice(0, 20) }, { batchSize: 10 });
    expect(evaluate(masked(10), data, { batchSize: 10 })).toEqual(first);
    expect(evaluate(masked(100), data).loss).toBeNaN();
  });

  it('refuses batches larger than the capacity', () => {
    expect(() => evaluate(stepOf(5), data, { batchSize: 6 })).toThrow(
      'E-DATA-CAPACITY  batchSize: N is 6, more than the capacity 5 of this step',
    );
  });

  it('refuses misspelt and senseless options', () => {
    const misspelt: object = { batchsize: 4 };
    expect(() => evaluate(stepOf(5), data, misspelt)).toThrow(
      'E-OPTION-UNKNOWN  evaluate: there is no option batchsize\n  Did you mean "batchSize"?',
    );
    for (const batchSize of [0, -1, 2.5, NaN]) {
      expect(() => evaluate(stepOf(5), data, { batchSize })).toThrow(
        'batchSize must be an integer, 1 or more',
      );
    }
  });
});

describe('predict', () => {
  it('joins the outputs of all batches, in copies', () => {
    const step = stepOf(5);
    const { prediction } = predict(step, { x: data.x });
    expect(prediction?.shape).toEqual([23, 1]);
    expect(prediction?.data).toEqual(predict(stepOf(23), { x: data.x })['prediction']?.data);
    const kept = prediction?.data.slice();
    predict(step, { x: new Float64Array(15) });
    expect(prediction?.data).toEqual(kept);
  });

  it('lets entries of other inputs be there', () => {
    expect(predict(stepOf(5), data)['prediction']?.data).toHaveLength(23);
  });

  it('refuses to join outputs without rows, which one batch can have', () => {
    const step = stepOf(23);
    const output: TensorInfo = { name: 'gram', shape: [3, 3], dtype: 'float32' };
    const other: Step = {
      ...step,
      manifest: { ...manifest, outputs: [output] },
      predict: () => ({ gram: { name: 'gram', shape: [3, 3], data: new Float32Array(9).fill(2) } }),
    };
    expect(predict(other, { x: data.x })['gram']?.data).toEqual(new Float32Array(9).fill(2));
    expect(() => predict(other, { x: data.x }, { batchSize: 5 })).toThrow(
      'E-PREDICT-WHOLE  predict: the output gram of shape [3, 3]',
    );
  });
});
