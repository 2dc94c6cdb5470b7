import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip, isGzip } from '../../../runtime/format/gzip.ts';

const content = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) % 251);
const compressed = Uint8Array.from(gzipSync(content));

describe('gunzip', () => {
  it('inflates bytes, blobs and streams', async () => {
    expect(isGzip(compressed)).toBe(true);
    const sources = [compressed, new Blob([compressed]), new Blob([compressed]).stream()];
    for (const source of sources) expect(Buffer.compare(await gunzip(source), content)).toBe(0);
  });

  it('stops as soon as the content is longer than it promised', async () => {
    const seen: number[] = [];
    const total = (head: Uint8Array): number | undefined => {
      seen.push(head.length);
      return seen.length === 1 ? undefined : 20_000;
    };
    const bomb = Uint8Array.from(gzipSync(new Uint8Array(50_000_000)));
    await expect(gunzip(bomb, { name: 'bomb.gz', total })).rejects.toThrow(
      'E-FILE-DAMAGED  bomb.gz: the content goes on at byte 20000',
    );
    expect(Math.max(...seen)).toBeLessThan(1_000_000);
  });

  it('stops at the limit', async () => {
    await expect(gunzip(compressed, { maxBytes: 1000 })).rejects.toThrow('E-FILE-LIMIT');
  });

  const damaged: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
    ['nothing', new Uint8Array(0)],
    ['another kind of file', new TextEncoder().encode('age,bmi\n1,2\n')],
    ['a truncated file', compressed.slice(0, -30)],
    ['a cut trailer', compressed.slice(0, -1)],
    ['a flipped bit in the content', compressed.map((byte, i) => (i === 1000 ? byte ^ 4 : byte))],
    [
      'a flipped bit in the checksum',
      compressed.map((byte, i) => (i === compressed.length - 6 ? byte ^ 1 : byte)),
    ],
    ['junk behind the end', Uint8Array.from([...compressed, 1, 2, 3])],
  ];
  for (const [what, bytes] of damaged) {
    it(`refuses ${what}`, async () => {
      await expect(gunzip(bytes, { name: 'a.gz' })).rejects.toThrow(
        'E-FILE-GZIP  a.gz: the gzip data are damaged',
      );
    });
  }
});
