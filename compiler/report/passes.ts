/** What the passes did to a program: nodes, rules and time. */
import { isScan, rootsOf, scanBody } from '../../src/ops/scan.ts';
import type { Program } from '../../src/program.ts';
import { programGraphs } from '../../src/program.ts';
import { postorder } from '../../src/walk.ts';
import type { Expr } from '../../src/expr.ts';
import type { Observer } from '../pipeline.ts';
import type { Firing } from '../rewrite/rewrite.ts';
import { entryRoots } from './declarations.ts';

export interface RuleCount {
  readonly rule: string;
  readonly count: number;
}

export interface PassReport {
  readonly name: string;
  /** 0 for the declaration, which is no pass. */
  readonly milliseconds: number;
  /** Nodes after the pass by entry, those in bodies of loops included. */
  readonly nodes: Readonly<Record<string, number>>;
  /** Rules that fired, the busiest first. */
  readonly rules: readonly RuleCount[];
}

/** The program after a pass. */
export interface Stage {
  readonly name: string;
  readonly milliseconds: number;
  readonly program: Program;
  readonly firings: readonly Firing[];
}

/** Keeps what each pass leaves; the time between two calls is the later pass's. */
export class Recorder {
  readonly stages: Stage[] = [];
  #mark = performance.now();

  readonly observe: Observer = (name: string, program: Program, firings: readonly Firing[] = []) => {
    const milliseconds = this.stages.length === 0 ? 0 : performance.now() - this.#mark;
    this.stages.push({ name, milliseconds, program, firings });
    this.#mark = performance.now();
  };

  /** Milliseconds since the last pass ended. */
  sinceLast(): number {
    return performance.now() - this.#mark;
  }
}

function countNodes(roots: readonly Expr[]): number {
  return postorder(roots).reduce(
    (total, node) => total + 1 + (isScan(node) ? countNodes(rootsOf(scanBody(node))) : 0),
    0,
  );
}

/** The names of a program's entries, `initial` last. */
export function entryNames(program: Program): string[] {
  const names = programGraphs(program).map(({ entry }): string => entry);
  return program.initial.length > 0 ? [...names, 'initial'] : names;
}

export function passReport({ name, milliseconds, program, firings }: Stage): PassReport {
  const counts = new Map<string, number>();
  for (const { rule } of firings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const nodes = entryNames(program).map((entry) => [entry, countNodes(entryRoots(program, entry))] as const);
  return {
    name,
    milliseconds,
    nodes: Object.fromEntries(nodes),
    rules: [...counts].map(([rule, count]) => ({ rule, count })).sort((a, b) => b.count - a.count),
  };
}
