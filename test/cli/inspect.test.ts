/** What `adjoint inspect` writes: pages, pictures, dumps and explanations. */
import { input, loss, nn, optim, training } from 'adjoint';
import type { Program } from 'adjoint';
import { describe, expect, test } from 'vitest';
import { dotOf } from '../../compiler/cli/inspect/dot.ts';
import { dumpFiles } from '../../compiler/cli/inspect/dump.ts';
import { explain } from '../../compiler/cli/inspect/explain.ts';
import { entryLines } from '../../compiler/cli/inspect/graphs.ts';
import { pageOf } from '../../compiler/cli/inspect/page.ts';
import { svgOf } from '../../compiler/cli/inspect/svg.ts';
import { inspect } from '../../compiler/report/report.ts';
import { must } from '../../src/errors.ts';
import { programs } from '../report/programs.ts';

function named(name: string): Program {
  const prediction = nn
    .linear(
      2,
      1,
    )(input('x', ['N', 2]))
    .named(name);
  return training({
    name,
    loss: loss.mse(prediction, input('y', ['N', 1])),
    optimizer: optim.sgd({ lr: 0.1 }),
    outputs: { prediction },
  });
}

const cases = Object.entries(programs);

describe.each(cases)('%s', (_, make) => {
  const program = make();
  const inspection = inspect(program);

  test('the page links every kernel with its code and with compiled nodes', async () => {
    const made = await inspection;
    const page = pageOf(made, program);
    made.kernels.forEach((_kernel, i) => {
      const linked = [...page.matchAll(/<(div|button|pre) class="line[^"]*" data-kernels="([\d ]*)"/g)]
        .filter(([, , kernels]) => kernels?.split(' ').includes(String(i)))
        .map(([, tag]) => tag);
      expect(new Set(linked), `kernel ${i}`).toEqual(new Set(['div', 'button', 'pre']));
    });
  });

  test('the code beside a kernel writes what the kernel writes', async () => {
    const made = await inspection;
    const page = pageOf(made, program);
    made.kernels.forEach(({ report }, i) => {
      const [, code = ''] = new RegExp(`<pre class="line" data-kernels="${i}"[^>]*>([^<]*)`).exec(page) ?? [];
      expect(code.match(/function /g), report.name).toHaveLength(1);
      expect(code).toMatch(/\n {2}\}\n$/);
    });
  });

  test('the page loads nothing', async () => {
    expect(pageOf(await inspection, program)).not.toMatch(/https?:|src=|@import|url\(/);
  });

  test('pictures have a box for what they draw and no number that is none', async () => {
    const made = await inspection;
    const [entry] = entryLines(made, must(made.stages.at(-1), 'stage').program);
    const svg = svgOf(must(entry, 'entry'));
    expect(svg).not.toMatch(/NaN|undefined/);
    expect(svg.match(/<g>/g)?.length).toBeGreaterThan(5);
    const dot = dotOf(must(entry, 'entry'));
    expect(dot.match(/^ {2}n\d+ \[/gm)).toHaveLength(must(entry, 'entry').lines.length);
  });

  test('a dump has a file for each stage, and the module', async () => {
    const made = await inspection;
    const files = dumpFiles(made);
    expect(files.get('step.mjs')).toMatch(/export \{ create, createAsync, manifest \};/);
    for (const { name } of made.stages)
      expect([...files.keys()].some((file) => file.includes(name.replace(/\W+/g, '-')))).toBe(true);
    expect(JSON.parse(files.get('report.json') ?? '')).toMatchObject({ name: program.name });
  });
});

test('names of the user never become markup', async () => {
  const program = named('</script><img onerror="1">\'&');
  const made = await inspect(program);
  const [entry] = entryLines(made, must(made.stages.at(-1), 'stage').program);
  for (const text of [pageOf(made, program), svgOf(must(entry, 'entry'))]) expect(text).not.toContain('<img');
});

test('explaining a name tells its declaration, its rules and its kernels', async () => {
  const made = await inspect(named('guess'));
  expect(explain(made, 'guess')).toMatch(
    /^guess  \[N, 1\][\s\S]*cli\/inspect\.test\.ts[\s\S]*predict: prediction/,
  );
  expect(() => explain(made, 'guesss')).toThrow(/Did you mean "guess"/);
});
