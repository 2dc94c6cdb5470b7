import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(path.join(root, 'docs/verification.md'), 'utf8');

/** A program of the page, and what it prints where the page says so. */
const blocks = [...text.matchAll(/```ts\n(.*?)```\n(?:\n```text\n(.*?)```)?/gs)].map(
  ([, program = '', output]) => ({
    program,
    output: output?.trim() ?? null,
    title: program.split('\n').find((line) => line.includes('verify.') || line.includes('arb.')) ?? program,
  }),
);

/** What a program logs, and the message of what it throws. */
async function printed(file: string): Promise<string> {
  const lines: unknown[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: unknown) => void lines.push(line));
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  } catch (error) {
    lines.push(error instanceof Error ? error.message : error);
  } finally {
    log.mockRestore();
  }
  return lines.join('\n').trim();
}

describe('docs/verification.md', () => {
  let folder = '';
  beforeAll(() => {
    // Below the root, so that programs find the packages beside it.
    mkdirSync(path.join(root, 'dist'), { recursive: true });
    folder = mkdtempSync(path.join(root, 'dist/docs-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const runnable = blocks.filter(({ program }) => !program.includes('node:test'));
  test.each(runnable)('prints what it says: $title', async ({ program, output }) => {
    const file = path.join(folder, `${runnable.findIndex((block) => block.program === program)}.ts`);
    writeFileSync(file, program);
    expect(await printed(file)).toBe(output ?? '');
  });

  const readmes = readdirSync(path.join(root, 'compiler/verify'), { recursive: true })
    .map(String)
    .filter((file) => path.basename(file) === 'README.md');
  test.each(readmes)('stands beside compiler/verify/%s, whose programs run', async (readme) => {
    const page = readFileSync(path.join(root, 'compiler/verify', readme), 'utf8');
    const programs = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, program = '']) => program);
    expect(programs.length).toBeGreaterThan(0);
    for (const [i, program] of programs.entries()) {
      const file = path.join(folder, `${readme.replaceAll(path.sep, '-')}-${i}.ts`);
      writeFileSync(file, program.replaceAll(`'./compiler/`, `'../../compiler/`));
      await import(/* @vite-ignore */ pathToFileURL(file).href);
    }
  });

  test('holds a failing example with its reproducer', () => {
    const failing = blocks.filter(({ output }) => output?.includes('FAIL'));
    expect(failing.some(({ output }) => output?.includes('verify.gradients('))).toBe(true);
  });
});
