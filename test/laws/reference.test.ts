import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { chapters, referenceText } from './reference.ts';

describe('the reference of operators', () => {
  it('has a comment for every public builder', () => {
    const silent = chapters().flatMap(({ builders }) => builders.filter(({ doc }) => doc === ''));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('is docs/operators.md', async () => {
    const path = new URL('../../docs/operators.md', import.meta.url).pathname;
    const text = await format(referenceText(), { ...(await resolveConfig(path)), parser: 'markdown' });
    await expect(text).toMatchFileSnapshot(path);
  });
});
