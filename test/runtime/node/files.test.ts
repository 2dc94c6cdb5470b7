import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy } from '../../../runtime/format/npy.ts';
import { loadSafetensors, readCsv, readIdx, readNpy } from '../../../runtime/node/read.ts';
import { saveNpy, saveSafetensors } from '../../../runtime/node/save.ts';

let root = '';
const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  await writeFile(join(root, name), content);
  return join(root, name);
};
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'adjoint-files-'));
});
afterAll(() => rm(root, { recursive: true }));

const idx = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9);

describe('reading', () => {
  it('reads CSV, compressed or not, whatever the name', async () => {
    for (const content of ['a,b\n1,2\n', gzipSync('a,b\n1,2\n')]) {
      const table = await readCsv(await file('table', content));
      expect([...table.column('b')]).toEqual([2]);
    }
  });

  it('reads IDX, compressed or not', async () => {
    for (const content of [idx, gzipSync(idx)]) {
      expect(await readIdx(await file('digits', content))).toEqual({
        shape: [3],
        data: Uint8Array.of(7, 8, 9),
      });
    }
  });

  it('reads npy', async () => {
    const tensor = { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } as const;
    expect(await readNpy(await file('a.npy', encodeNpy(tensor)))).toEqual(tensor);
  });

  it('follows links', async () => {
    await symlink(await file('target.csv', 'a\n1\n'), join(root, 'link.csv'));
    expect((await readCsv(join(root, 'link.csv'))).rows).toBe(1);
  });

  const refused: readonly (readonly [
    string,
    string | Uint8Array,
    (path: string) => Promise<unknown>,
    string,
  ])[] = [
    ['text that is not UTF-8', Uint8Array.of(0xff, 0x41), readCsv, 'E-FILE-DAMAGED'],
    [
      'a bad number, with its place',
      'a,b\n1,x\n',
      async (path) => (await readCsv(path)).columns(),
      'data:2:3: "x" in column "b"',
    ],
    ['more than the limit', 'a\n1\n', (path) => readCsv(path, { maxBytes: 3 }), 'E-FILE-LIMIT'],
    [
      'more than the limit, inflated',
      gzipSync('a\n1\n2\n3\n4\n5\n'.repeat(99)),
      (path) => readCsv(path, { maxBytes: 100 }),
      'number of inflated bytes',
    ],
    [
      'IDX that is longer than it promises',
      gzipSync(Buffer.concat([idx, Buffer.alloc(9)])),
      readIdx,
      'the content goes on at byte 11',
    ],
    [
      'IDX that promises more than the limit',
      gzipSync(idx),
      (path) => readIdx(path, { maxBytes: 10 }),
      'E-FILE-LIMIT',
    ],
    ['truncated gzip', gzipSync(idx).subarray(0, 20), readIdx, 'E-FILE-GZIP'],
    ['safetensors of nothing', '', loadSafetensors, 'E-FILE-DAMAGED'],
  ];
  for (const [what, content, read, words] of refused) {
    it(`refuses ${what}`, async () => {
      await expect(read(await file('data', content))).rejects.toThrow(words);
    });
  }

  it('names the file that cannot be read', async () => {
    await expect(readCsv(join(root, 'missing.csv'))).rejects.toThrow(
      /E-FILE-READ {2}.*missing\.csv: .*ENOENT/,
    );
    await expect(readCsv(root)).rejects.toThrow(/E-FILE-READ .*EISDIR/);
  });
});

describe('saving', () => {
  const tensors = [{ name: 'w', dtype: 'float64', shape: [2], data: Float64Array.of(1, -0) }] as const;

  it('writes what can be read back, and replaces what was there', async () => {
    const path = await file('model.safetensors', 'something else');
    await saveSafetensors(path, tensors, [['made', 'here']]);
    const { tensors: read, metadata } = await loadSafetensors(path);
    expect(read.get('w')).toEqual({ dtype: 'float64', shape: [2], data: Float64Array.of(1, -0) });
    expect(metadata.get('made')).toBe('here');
    await saveNpy(join(root, 'w.npy'), tensors[0]);
    expect((await readNpy(join(root, 'w.npy'))).data).toEqual(tensors[0].data);
  });

  it('leaves no other file behind, and what was there where it fails', async () => {
    const path = await file('kept.safetensors', 'kept');
    const wrong = [{ ...tensors[0], shape: [3] }];
    await expect(saveSafetensors(path, wrong)).rejects.toThrow('E-DATA-LENGTH');
    await expect(saveSafetensors(join(root, 'missing', 'a'), tensors)).rejects.toThrow('E-FILE-WRITE');
    expect(await readFile(path, 'utf8')).toBe('kept');
    expect((await readdir(root)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
