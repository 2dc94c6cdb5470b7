/** Steps that are created while the thread goes on, for engines that refuse to compile so much at once. */
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { input, loss, nn, optim, training } from 'adjoint';
import { compile, targetNames } from 'adjoint/compiler';
import type { Step, StepModule } from 'adjoint/runtime';
import { fit } from 'adjoint/runtime';
import { emitToFolder } from './emit-to-folder.ts';

const x = input('x', ['N', 3]);
const y = input('y', ['N', 1]);
const program = training({
  loss: loss.mse(nn.linear(3, 1)(x), y),
  optimizer: optim.adam({ lr: 0.1 }),
});
const batch = { x: [1, 2, 3, 4, 5, 6], y: [1, 2] };
const options = { capacity: { N: 2 }, seed: 4 };

const losses = (step: Step): number[] => [1, 2, 3].map(() => step.step(batch).loss);

/** As the main thread of a browser does it: what compiles or instantiates at once throws. */
function refuseAtOnce(): void {
  const refuse = (what: string): (() => never) =>
    function () {
      throw new RangeError(`${what} is disallowed on the main thread`);
    };
  const { compile: later, instantiate, Memory, validate } = WebAssembly;
  const Module = refuse('WebAssembly.Compile');
  const Instance = refuse('WebAssembly.Instance');
  vi.stubGlobal('WebAssembly', { compile: later, instantiate, Memory, validate, Module, Instance });
}

afterEach(() => vi.unstubAllGlobals());

describe.each(targetNames)('createAsync of the %s target', (target) => {
  it('makes the step that create makes, in memory and from a file', async () => {
    const module = compile(program, { target });
    const expected = losses(module.create(options));
    expect(losses((await module.createAsync?.(options)) as Step)).toEqual(expected);
    const emitted = await emitToFolder(program, target);
    const file = (await import(pathToFileURL(emitted.file).href)) as StepModule;
    expect(losses((await file.createAsync?.(options)) as Step)).toEqual(expected);
    expect(emitted.types).toContain('createAsync(options: CreateOptions): Promise<Step>;');
    await emitted.remove();
  });

  it('rejects where create throws', async () => {
    const module = compile(program, { target });
    await expect(module.createAsync?.({ capacity: { N: 0 } })).rejects.toThrow(/E-CAPACITY/);
  });
});

describe('an engine that refuses to compile at once', () => {
  it('is named by create, with the way out, and left in peace by createAsync and fit', async () => {
    const module = compile(program);
    const expected = losses(compile(program).create(options));
    refuseAtOnce();
    expect(() => module.create(options)).toThrow(/E-ASYNC[^]*disallowed on the main thread[^]*createAsync/);
    expect(losses((await module.createAsync?.(options)) as Step)).toEqual(expected);
    const data = { x: Float32Array.from(batch.x), y: Float32Array.from(batch.y) };
    const { epochs } = await fit(module, { data, epochs: 3, seed: 4, logEvery: 0 });
    expect(epochs.map(({ loss: value }) => value)).toEqual(expected);
  });
});
