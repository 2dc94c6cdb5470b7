import { describe, expect, it } from 'vitest';
import type { StepModule } from '../../runtime/contract.ts';
import type { FitOptions } from '../../runtime/fit-options.ts';
import { fit } from '../../runtime/fit.ts';
import { crc32 } from '../../runtime/format/crc32.ts';
import { parseSafetensors } from '../../runtime/format/safetensors.ts';
import type { History } from '../../runtime/history.ts';
import { random } from '../../runtime/random.ts';
import { fake, manifest, planeData } from './fake-module.ts';
import { memoryStore } from './memory-store.ts';

const seed = 20266;
const base: FitOptions = {
  data: planeData(22),
  epochs: 6,
  batchSize: 4,
  shuffle: true,
  seed: 3,
  hyper: (epoch, past) => ({ lr: epoch === 2 ? 0.02 : Math.min(0.05, past.at(-1)?.loss ?? 0.05) }),
  validation: { data: planeData(9), every: 2 },
  log: () => undefined,
};

/** Everything that a run leaves, but for the seconds. */
function outcome({ epochs, step }: History): unknown {
  return {
    epochs: epochs.map((record) => ({ ...record, seconds: 0 })),
    tensors: [...step.parameters, ...step.state].map(({ name, data }) => [name, [...data]]),
    hyper: [...step.hyper],
  };
}

/** The fake module, whose step calls `before` with the number of the call. */
function observed(before: (call: number) => void): StepModule {
  let calls = 0;
  return {
    manifest,
    create: (options) => {
      const step = fake.create(options);
      const run = step.step.bind(step);
      return Object.assign(step, {
        step: (...args: Parameters<typeof run>) => {
          before(calls++);
          return run(...args);
        },
      });
    },
  };
}

/** Runs that are aborted after the given numbers of batches, one after the other, each resuming the one before. */
async function interrupted(options: FitOptions, batches: readonly number[]): Promise<History> {
  const store = memoryStore();
  for (const last of batches) {
    const controller = new AbortController();
    const module = observed((call) => (call === last ? controller.abort() : undefined));
    await fit(module, { ...options, signal: controller.signal, checkpoint: { store, every: 100 } });
  }
  return fit(fake, { ...options, checkpoint: { store } });
}

describe('a run with checkpoints', () => {
  const generator = random(seed);
  const schedules = Array.from({ length: 10 }, () => Array.from({ length: 3 }, () => generator.below(13)));
  for (const schedule of schedules) {
    it(`ends as a straight run, aborted within batches ${schedule.join(', ')} (seed ${seed})`, async () => {
      expect(outcome(await interrupted(base, schedule))).toEqual(outcome(await fit(fake, base)));
    });
  }

  it('saves where it was aborted, also within an epoch', async () => {
    const store = memoryStore();
    const controller = new AbortController();
    const module = observed((call) => (call === 8 ? controller.abort() : undefined));
    await fit(module, { ...base, signal: controller.signal, checkpoint: { store, every: 100 } });
    const [saved = new Uint8Array(0)] = store.saved;
    expect([...(parseSafetensors(saved).tensors.get('run/progress')?.data ?? [])].slice(0, 2)).toEqual([
      2, 3,
    ]);
  });

  it('can be made longer when it is over', async () => {
    const store = memoryStore();
    await fit(fake, { ...base, epochs: 4, checkpoint: { store } });
    const longer = await fit(fake, { ...base, checkpoint: { store } });
    expect(outcome(longer)).toEqual(outcome(await fit(fake, base)));
  });

  it('goes on with the hyper-parameters it had', async () => {
    const { hyper: _, ...rest } = base;
    const store = memoryStore();
    await fit(fake, { ...rest, epochs: 3, hyper: { lr: 0.01, momentum: 0.2 }, checkpoint: { store } });
    const signal = AbortSignal.abort();
    await fit(fake, { ...rest, signal, checkpoint: { store } });
    const { step } = await fit(fake, { ...rest, hyper: { lr: 0.005 }, checkpoint: { store } });
    expect([...step.hyper]).toEqual([0.005, 0.2]);
  });

  it('saves every so many epochs and after the last one', async () => {
    const store = memoryStore();
    await fit(fake, { ...base, epochs: 5, checkpoint: { store, every: 2 } });
    expect(store.saved.map((bytes) => parseSafetensors(bytes).metadata.get('epoch'))).toEqual([
      '3',
      '5',
      '6',
    ]);
  });

  it('starts over where it shall not resume', async () => {
    const store = memoryStore();
    await fit(fake, { ...base, checkpoint: { store } });
    const { epochs } = await fit(fake, { ...base, epochs: 2, checkpoint: { store, resume: false } });
    expect(epochs).toHaveLength(2);
  });

  it('closes its store whatever happens', async () => {
    const store = memoryStore();
    const failing = observed((call) => {
      expect(store.isOpen).toBe(true);
      if (call === 2) throw new Error('broken');
    });
    await expect(fit(failing, { ...base, checkpoint: { store } })).rejects.toThrow('broken');
    expect(store.isOpen).toBe(false);
    store.saved.push(new Uint8Array(3));
    await expect(fit(fake, { ...base, checkpoint: { store } })).rejects.toThrow('E-CHECKPOINT-DAMAGED');
    expect(store.isOpen).toBe(false);
  });

  it('says where its checkpoint could not be written', async () => {
    const store = { ...memoryStore(), save: () => Promise.reject(new Error('no space left on device')) };
    const run = fit(fake, { ...base, checkpoint: { store } });
    await expect(run).rejects.toThrow(
      'E-CHECKPOINT-STORE  memory: checkpoints cannot be kept there: no space left',
    );
  });

  const others: readonly (readonly [string, Partial<FitOptions>, string])[] = [
    [
      'another seed',
      { seed: 4 },
      'E-CHECKPOINT-RUN  checkpoint 5: the checkpoint was written with seed 3, and this run has 4',
    ],
    ['another batch size', { batchSize: 5 }, 'with batchSize 4, and this run has 5'],
    ['another order', { shuffle: false }, 'with shuffle true, and this run has false'],
    ['other data', { data: planeData(21) }, 'with rows 22, and this run has 21'],
  ];
  for (const [what, options, words] of others) {
    it(`does not resume with ${what}`, async () => {
      const store = memoryStore();
      await fit(fake, { ...base, checkpoint: { store } });
      await expect(fit(fake, { ...base, ...options, checkpoint: { store } })).rejects.toThrow(words);
    });
  }

  it('does not resume another program', async () => {
    const store = memoryStore();
    await fit(fake, { ...base, checkpoint: { store } });
    const other = { ...manifest, fingerprint: 'other' };
    const module = {
      manifest: other,
      create: () => ({ ...fake.create({ capacity: { N: 4 } }), manifest: other }),
    };
    await expect(fit(module, { ...base, checkpoint: { store } })).rejects.toThrow('E-CHECKPOINT-PROGRAM');
  });
});

describe('a damaged checkpoint', () => {
  it('falls back to the one before with a warning, and ends as a straight run', async () => {
    const store = memoryStore();
    await fit(fake, { ...base, epochs: 4, checkpoint: { store } });
    store.saved.at(-1)?.fill(7, 400, 401);
    const lines: string[] = [];
    const history = await fit(fake, { ...base, log: (line) => lines.push(line), checkpoint: { store } });
    expect(lines.slice(0, 2)).toEqual([
      'Warning: the checkpoint checkpoint 3 is damaged; the one before it is used',
      'Resuming from checkpoint 2: 3 epochs are done',
    ]);
    expect(store.discarded).toEqual(['checkpoint 3']);
    expect(outcome(history)).toEqual(outcome(await fit(fake, base)));
  });

  it('is refused at every truncation and with a flipped bit in every byte', async () => {
    const store = memoryStore();
    await fit(fake, { ...base, epochs: 1, checkpoint: { store } });
    const [whole = new Uint8Array(0)] = store.saved;
    const refused = async (bytes: Uint8Array): Promise<void> => {
      store.saved.splice(0, Infinity, bytes);
      await expect(fit(fake, { ...base, checkpoint: { store } })).rejects.toThrow('E-CHECKPOINT-DAMAGED');
    };
    for (let length = 0; length < whole.length; length += 1) await refused(whole.subarray(0, length));
    for (let at = 0; at < whole.length; at++) {
      await refused(whole.map((byte, i) => (i === at ? byte ^ (1 << (at % 8)) : byte)));
    }
    await refused(Uint8Array.from([...whole, 0]));
  });
});

describe('crc32', () => {
  it('has the check value of the catalogue of CRC algorithms, also in parts', () => {
    const text = new TextEncoder().encode('123456789');
    expect(crc32(text)).toBe(0xcbf43926);
    expect(crc32(text.subarray(4), crc32(text.subarray(0, 4)))).toBe(0xcbf43926);
  });
});
