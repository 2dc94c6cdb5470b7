import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FitOptions } from '../../../runtime/fit-options.ts';
import { fit } from '../../../runtime/fit.ts';
import { checkpointFolder, folderStore } from '../../../runtime/node/checkpoint.ts';
import { disk } from '../../../runtime/node/files.ts';
import { random } from '../../../runtime/random.ts';
import { fake, planeData } from '../fake-module.ts';
import { faults, faulty, narrow } from './faulty-files.ts';

const seed = 20267;
const base: FitOptions = {
  data: planeData(10),
  epochs: 3,
  batchSize: 5,
  shuffle: true,
  log: () => undefined,
};
const weights = async (options: FitOptions): Promise<number[]> => {
  const { step } = await fit(fake, options);
  return step.parameters.flatMap(({ data }) => [...data]);
};

let root = '';
let folders = 0;
const folder = (): string => join(root, `run ${folders++}`);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'adjoint-checkpoint-'));
});
afterAll(() => rm(root, { recursive: true }));

describe('checkpointFolder', () => {
  it('keeps the last two checkpoints, and nothing else', async () => {
    const path = folder();
    await fit(fake, { ...base, checkpoint: { store: checkpointFolder(path) } });
    expect((await readdir(path)).sort()).toEqual([
      'checkpoint-000002.safetensors',
      'checkpoint-000003.safetensors',
    ]);
  });

  it('resumes from them', async () => {
    const path = folder();
    const options = { ...base, epochs: 7 };
    for (const epochs of [2, 3, 5]) {
      await fit(fake, { ...base, epochs, checkpoint: { store: checkpointFolder(path) } });
    }
    const lines: string[] = [];
    const checkpoint = { store: checkpointFolder(path) };
    expect(await weights({ ...options, log: (line) => lines.push(line), checkpoint })).toEqual(
      await weights(options),
    );
    expect(lines[0]).toMatch(/^Resuming from .*checkpoint-000005\.safetensors: 5 epochs are done$/);
  });

  it('sets a damaged checkpoint aside and uses the one before', async () => {
    const path = folder();
    await fit(fake, { ...base, checkpoint: { store: checkpointFolder(path) } });
    await writeFile(join(path, 'checkpoint-000003.safetensors'), 'damaged');
    expect(await weights({ ...base, checkpoint: { store: checkpointFolder(path) } })).toEqual(
      await weights(base),
    );
    expect(await readdir(path)).toContain('checkpoint-000003.safetensors.damaged');
  });

  it('refuses a second writer, and takes over from a process that is no more', async () => {
    const path = folder();
    const first = checkpointFolder(path);
    await first.open();
    const run = fit(fake, { ...base, checkpoint: { store: checkpointFolder(path) } });
    await expect(run).rejects.toThrow(`another process (${process.pid} on`);
    await first.close();
    for (const stale of [`${2 ** 22 + 1} on ${hostname()}`, '']) {
      await writeFile(join(path, 'lock'), stale);
      await fit(fake, { ...base, checkpoint: { store: checkpointFolder(path) } });
    }
    await writeFile(join(path, 'lock'), '1 on another machine');
    const other = fit(fake, { ...base, checkpoint: { store: checkpointFolder(path) } });
    await expect(other).rejects.toThrow('E-CHECKPOINT-LOCKED');
  });

  it('sweeps temporary files that a killed process left', async () => {
    const path = folder();
    await fit(fake, { ...base, epochs: 1, checkpoint: { store: checkpointFolder(path) } });
    await writeFile(join(path, 'checkpoint-000002.safetensors.0123.tmp'), 'half');
    await writeFile(join(path, 'notes.tmp'), 'mine');
    await fit(fake, { ...base, epochs: 1, checkpoint: { store: checkpointFolder(path) } });
    expect((await readdir(path)).sort()).toEqual(['checkpoint-000001.safetensors', 'notes.tmp']);
  });

  it('says before the first epoch that the folder cannot be used', async () => {
    const path = folder();
    await writeFile(path, 'a file');
    const onEpoch = (): never => expect.unreachable();
    const run = fit(fake, {
      ...base,
      onEpoch,
      checkpoint: { store: checkpointFolder(join(path, 'inside')) },
    });
    await expect(run).rejects.toThrow('E-CHECKPOINT-STORE');
  });
});

describe('a file system that fails', () => {
  for (const [name, fault] of faults) {
    it(`loses no checkpoint, whichever call fails: ${name}`, async () => {
      const expected = await weights(base);
      let failed = 0;
      for (let at = 0; ; at++) {
        const path = folder();
        await fit(fake, { ...base, epochs: 1, checkpoint: { store: checkpointFolder(path) } });
        const files = faulty(at, fault);
        const run = await fit(fake, { ...base, checkpoint: { store: folderStore(path, files) } }).catch(
          String,
        );
        if (typeof run === 'string') {
          expect(run).toMatch(/E-CHECKPOINT-(STORE|DAMAGED)/);
          failed++;
        }
        await rm(join(path, 'lock'), { force: true });
        expect(await weights({ ...base, checkpoint: { store: checkpointFolder(path) } })).toEqual(expected);
        expect((await readdir(path)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
        if (files.calls() <= at) break;
      }
      expect(failed).toBeGreaterThan(3);
    });
  }

  it('may take a few bytes at a time', async () => {
    const path = folder();
    await fit(fake, { ...base, checkpoint: { store: folderStore(path, narrow(7)) } });
    expect(await weights({ ...base, checkpoint: { store: checkpointFolder(path) } })).toEqual(
      await weights(base),
    );
  });

  it('may stop taking bytes without an error', async () => {
    const path = folder();
    const run = fit(fake, { ...base, checkpoint: { store: folderStore(path, narrow(100, 300)) } });
    await expect(run).rejects.toThrow('E-CHECKPOINT-STORE');
    expect((await readdir(path)).filter((name) => name !== 'lock')).toEqual([]);
  });
});

/** Runs the training script in a process of its own; resolves with its exit code and its output. */
function train(
  path: string,
  epochs: number,
  kill?: { signal: NodeJS.Signals; after: number },
): Promise<{ code: number | null; text: string }> {
  const script = new URL('./train-child.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'jiti/register', script, path, String(epochs)]);
  let text = '';
  let lines = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    lines = text.split('\n').length;
    if (kill && lines > kill.after && !child.killed) child.kill(kill.signal);
  });
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })));
}

describe('a process that is killed', () => {
  it(`loses and corrupts no checkpoint in 20 kills, and ends as a straight run (seed ${seed})`, async () => {
    const path = folder();
    const generator = random(seed);
    const epochs = 400;
    for (let i = 0; i < 20; i++) {
      const { text } = await train(path, epochs, { signal: 'SIGKILL', after: 1 + generator.below(20) });
      expect(text).not.toMatch(/Warning|E-/);
    }
    const { code, text } = await train(path, epochs);
    expect({ code, text }).toMatchObject({ code: 0 });
    const straight = await train(folder(), epochs);
    const last = (text: string): string | undefined => text.trim().split('\n').at(-1);
    expect(last(text)).toBe(last(straight.text));
  });

  const signals: readonly (readonly [NodeJS.Signals, number])[] = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ];
  for (const [signal, code] of signals) {
    it(`saves a last checkpoint on ${signal} and exits with ${code}`, async () => {
      const path = folder();
      const stopped = await train(path, 1_000_000, { signal, after: 3 });
      expect(stopped).toMatchObject({ code });
      expect(stopped.text).toContain('stopped: aborted');
      const [newest] = await checkpointFolder(path).list();
      expect((await readFile(newest?.name ?? '')).length).toBeGreaterThan(500);
      await expect(disk.readFile(join(path, 'lock'))).rejects.toThrow('ENOENT');
    });
  }
});
