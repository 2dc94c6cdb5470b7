import { expect, test } from 'vitest';
import { input, loss, logSoftmax } from 'adjoint';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { interpret } from '../../src/interpret.ts';
import type { Slot } from '../../src/slot.ts';

const [frames, classes] = [5, 3];

/** The labels that a path of classes spells: repetitions joined, then blanks dropped. */
const spelled = (path: readonly number[], blank: number): string =>
  path.filter((label, t) => label !== path[t - 1] && label !== blank).join(' ');

/** -log of the probability of `target`: the sum over every path that spells it. */
function byEnumeration(
  scores: readonly number[],
  time: number,
  target: readonly number[],
  blank: number,
): number {
  let total = 0;
  for (let code = 0; code < classes ** time; code++) {
    const path = Array.from({ length: time }, (_, t) => Math.floor(code / classes ** t) % classes);
    if (spelled(path, blank) !== target.join(' ')) continue;
    total += Math.exp(path.reduce((sum, label, t) => sum + (scores[t * classes + label] ?? NaN), 0));
  }
  return -Math.log(total);
}

const logits = input('logits', [frames, 1, classes], 'float64');
const target = input('target', [1, 3], 'int32');
const time = input('time', [1], 'int32');
const length = input('length', [1], 'int32');

test.each([0, 1, 2])('the loss sums over all alignments, with blank %i', (blank) => {
  const scores = logSoftmax(logits, { axis: 2 });
  const value = loss.ctc(scores, target, time, length, { blank, reduction: 'none' });
  const data = Array.from({ length: frames * classes }, (_, i) => Math.sin(7 * i + 1));
  const [a, b] = [0, 1, 2].filter((label) => label !== blank) as [number, number];
  const targets = [[], [a], [a, b], [a, a], [b, b, a], [a, b, a]];
  for (const labels of targets) {
    for (let used = 1; used <= frames; used++) {
      const slots = new Map<Slot, readonly number[]>([
        [logits.slot as Slot, data],
        [target.slot as Slot, [...labels, 9, 9, 9].slice(0, 3)],
        [time.slot as Slot, [used]],
        [length.slot as Slot, [labels.length]],
      ]);
      const [found, normalized] = interpret(float64Algebra, [value, scores], { slots, sizes: {} });
      const expected = byEnumeration(normalized?.data ?? [], used, labels, blank);
      expect(found?.data[0]).toSatisfy((x: number) => x === expected || Math.abs(x - expected) < 1e-12);
    }
  }
});
