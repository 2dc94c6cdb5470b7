/** What a run of the fuzz has met: operators, sizes, element types and special numbers. Counted in runs. */
import type { Case } from '../../compiler/verify/case/case.ts';
import { lossOf } from '../../compiler/verify/case/case.ts';
import { exactRules } from './fewer-rewrites.ts';
import { evaluateSize } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';
import { isFloat } from '../../src/dtype.ts';
import type { Expr } from '../../src/expr.ts';
import { operators } from '../../src/ops/registry.ts';
import { isScan, placeholdersOf, rootsOf, scanBody } from '../../src/ops/scan.ts';
import type { Program } from '../../src/program.ts';
import { graphRoots, programGraphs } from '../../src/program.ts';
import { postorder } from '../../src/walk.ts';

/** Operators that no compiled graph holds, and why. Those of the first reasons are counted where they are declared. */
export const notCompiled: Readonly<Record<string, string>> = {
  gradient: 'expanded by differentiation',
  withGradient: 'expanded by differentiation',
  cotangent: 'expanded by differentiation',
  checkpoint: 'expanded by differentiation',
  uniform: 'numbered when a program is declared',
  byMode: 'resolved when a program is declared',
  withUpdate: 'resolved when a program is declared',
  scanCotangent: 'a term that the derivative of a loop makes and takes apart',
};

/** Never in a graph between passes, so it cannot be counted: loops with derivatives are what holds it to be right. */
export const neverSeen: ReadonlySet<string> = new Set(['scanCotangent']);

/** Every node, bodies of loops included. */
function everyNode(roots: readonly Expr[]): Expr[] {
  return postorder(roots).flatMap((node) => {
    if (!isScan(node)) return [node];
    const body = scanBody(node);
    return [node, ...everyNode([...placeholdersOf(body), ...rootsOf(body)])];
  });
}

type Counts = Map<string, number>;

const up = (counts: Counts, key: string, by: number = 1): void => {
  counts.set(key, (counts.get(key) ?? 0) + by);
};

const numbers: Readonly<Record<string, (x: number) => boolean>> = {
  '-0': (x) => Object.is(x, -0),
  NaN: (x) => Number.isNaN(x),
  infinity: (x) => x === Infinity || x === -Infinity,
  subnormal: (x) => x !== 0 && Math.abs(x) < 2 ** -126,
};

export class Coverage {
  /** Runs whose compiled program holds an operator; rewritten or not, it went through every target. */
  readonly compiled: Counts = new Map();
  /** Runs whose program holds it as it was declared. */
  readonly declared: Counts = new Map();
  /** Runs with such tensors or elements. */
  readonly traits: Counts = new Map();
  /** Runs in which a rewrite rule was tried alone. */
  readonly alone: Counts = new Map();
  /** Sizes of axes from 2 on, and how many of them 4 does not divide. */
  readonly sizes = { all: 0, odd: 0 };

  addCompiled(programs: readonly Program[]): void {
    const roots = programs.flatMap(programGraphs).flatMap(({ graph }) => graphRoots(graph));
    for (const name of namesIn(roots)) up(this.compiled, name);
  }

  addAlone(rule: string): void {
    up(this.alone, rule);
  }

  addDeclared(roots: readonly Expr[]): void {
    for (const name of namesIn(roots)) up(this.declared, name);
  }

  /** A graph with the numbers that it reads. */
  addCase(of: Case): void {
    const { roots, data, sizes } = of;
    const found = new Set<string>();
    const nodes = everyNode(roots);
    for (const { dtype, shape } of nodes) {
      found.add(dtype);
      this.#addShape(shape, sizes, found);
    }
    for (const [{ dtype }, elements] of data) {
      if (!isFloat(dtype)) continue;
      for (const [name, test] of Object.entries(numbers)) if (elements.some(test)) found.add(name);
    }
    for (const trait of found) up(this.traits, trait);
    this.addDeclared([...of.outputs, lossOf(of)]);
  }

  #addShape(shape: readonly Size[], sizes: Case['sizes'], found: Set<string>): void {
    if (shape.length === 0) found.add('rank 0');
    for (const size of shape) {
      const value = evaluateSize(size, sizes);
      if (value === 0) found.add('size 0');
      if (typeof size === 'string') found.add('named size');
      if (value < 2) continue;
      this.sizes.all++;
      if (value % 4 !== 0) this.sizes.odd++;
    }
  }

  /** How many runs met each operator of the compiler: compiled, or declared where none can be compiled. */
  byOperator(): ReadonlyMap<string, number> {
    const known = operators.filter(({ name }) => !neverSeen.has(name)).map(({ name }) => name);
    const names = new Set([...known, ...this.compiled.keys()]);
    return new Map(
      [...names].map((name) => {
        const counts = name in notCompiled ? this.declared : this.compiled;
        return [name, counts.get(name) ?? 0];
      }),
    );
  }

  /** The share of sizes that 4 does not divide. */
  get oddShare(): number {
    return this.sizes.odd / Math.max(1, this.sizes.all);
  }

  toString(): string {
    const rows = [...this.byOperator()].sort(([, a], [, b]) => a - b);
    const mark = (name: string): string => (name in notCompiled ? `${name}*` : name);
    const operatorLines = inColumns(rows.map(([name, count]) => `${mark(name)} ${count}`));
    const traits = [...this.traits].map(([name, count]) => `${name} ${count}`).join(', ');
    const left = Object.entries(notCompiled).map(([name, why]) => `  * ${name}: ${why}`);
    return [
      'runs by operator:',
      ...operatorLines,
      ...left,
      `runs by what they hold: ${traits}`,
      `rewrite rules tried alone: ${this.alone.size} of ${exactRules.length}`,
      `sizes that 4 does not divide: ${(100 * this.oddShare).toFixed(0)} % of ${this.sizes.all}`,
    ].join('\n');
  }
}

const namesIn = (roots: readonly Expr[]): Set<string> =>
  new Set(everyNode(roots).map(({ op: { name } }) => name));

function inColumns(cells: readonly string[], columns = 6): string[] {
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += columns) {
    const row = cells.slice(i, i + columns).map((cell) => cell.padEnd(22));
    lines.push(`  ${row.join('').trimEnd()}`);
  }
  return lines;
}
