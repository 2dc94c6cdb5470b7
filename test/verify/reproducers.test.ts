import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { input, neg, tanh } from 'adjoint';
import { VerificationError } from 'adjoint/verify';
import type { Target } from 'adjoint/verify';
import { describe, expect, test } from 'vitest';
import { builtFor, moduleOf } from '../../compiler/compile.ts';
import type { Lowered } from '../../compiler/lowered.ts';
import { lower } from '../../compiler/lowered.ts';
import { optimize } from '../../compiler/pipeline.ts';
import { rule } from '../../compiler/rewrite/rule.ts';
import type { Stage } from '../../compiler/rewrite/stages.ts';
import { stagesOf } from '../../compiler/rewrite/stages.ts';
import { growCase } from '../../compiler/verify/arb/grow.ts';
import { bisect } from '../../compiler/verify/case/bisect.ts';
import { caseOf } from '../../compiler/verify/replay.ts';
import { drawFrom } from '../../compiler/verify/draw.ts';
import { apply } from '../../src/ops/define.ts';
import { fuzz } from '../fuzz/fuzz.ts';
import { saveFailure } from '../fuzz/save.ts';
import { runPrinted } from './printed.ts';

/** The target js, which leaves the first kernel of each entry out. */
const forgetful: Target = {
  name: 'js',
  compile: (program) => forgetfulModule(lower(optimize(program))),
  fromLowered: forgetfulModule,
};

function forgetfulModule(lowered: Lowered): ReturnType<Target['compile']> {
  const entries = lowered.entries.map((entry) =>
    entry.name === 'initial' ? entry : { ...entry, after: entry.after.slice(1) },
  );
  return moduleOf(builtFor('js', { ...lowered, entries }));
}

describe('a printed case', () => {
  test('runs, and checks what it was made from, in 60 random cases', async () => {
    const cases = Array.from({ length: 60 }, (_, seed) => growCase(drawFrom(seed)));
    await expect(runPrinted(...cases.map(String))).resolves.toBeUndefined();
  });

  test('writes loops as calls of scan', async () => {
    const looped = Array.from({ length: 300 }, (_, seed) => String(growCase(drawFrom(seed)))).filter((text) =>
      text.includes('scan('),
    );
    expect(looped.length).toBeGreaterThan(10);
    await expect(runPrinted(...looped.slice(0, 10))).resolves.toBeUndefined();
  });
});

describe('a failure that is saved', () => {
  test('is a program that throws while the bug is there, and not when it is mended', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'adjoint-saved-'));
    const { failures } = fuzz({ runs: 3, seed: 3, targets: [forgetful], bisect: true });
    const [failure] = failures;
    if (!failure) throw new Error('the planted bug was not found');
    expect(failure.lines.at(-1)).toBe('values part after: emit js');
    expect(failure.nodes).toBeLessThanOrEqual(3);
    const text = readFileSync(String(saveFailure(folder, 3, failure)), 'utf8');
    rmSync(folder, { recursive: true });

    await expect(runPrinted(text)).resolves.toBeUndefined();
    Object.assign(globalThis, { forgetful });
    const planted = text.replace('verify.replay({', 'verify.replay({ targets: [globalThis.forgetful],');
    await expect(runPrinted(planted)).rejects.toBeInstanceOf(VerificationError);
    Reflect.deleteProperty(globalThis, 'forgetful');
  });
});

describe('bisection', () => {
  const x = input('x', [2]);
  const data = { x: [1, -2] };

  test('names the pass and the rule after which values part', () => {
    const wrong = rule('neg-neg', (y) => [neg(neg(y)), neg(y)]);
    const stages = stagesOf('strict').map(({ name, rules }): Stage => ({
      name,
      rules: rules.map((each) => (each.name === 'neg-neg' ? wrong : each)),
    }));
    const holder = stages.find(({ rules }) => rules.includes(wrong));
    const of = caseOf({ outputs: [tanh(neg(neg(x)))], data });
    expect(bisect(of, [], stages)).toEqual({ step: holder?.name, rules: ['neg-neg'] });
  });

  test('names lowering where an operator is lowered to something else than its meaning', () => {
    const { op } = tanh(x);
    const lowering = neg(x).op.lowering;
    const of = caseOf({ outputs: [apply({ ...op, lowering }, [x], {})], data });
    expect(bisect(of)).toEqual({ step: 'lower', rules: [] });
  });

  test('names the target that emits something else than the kernels', () => {
    const of = caseOf({ outputs: [tanh(x)], data });
    expect(bisect(of, [forgetful])).toEqual({ step: 'emit js', rules: [] });
  });
});
