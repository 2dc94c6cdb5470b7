/** The passes between declaration and lowering, on one screen. Each is a pure function from graphs to graphs. */
import { must } from '../src/errors.ts';
import type { Expr } from '../src/expr.ts';
import { declaredFor } from '../src/origin.ts';
import { cast } from '../src/ops/cast.ts';
import { trimScans } from '../src/ops/scan-trim.ts';
import type { Graph, Program } from '../src/program.ts';
import { graphRoots, mapGraphRoots } from '../src/program.ts';
import type { Slot } from '../src/slot.ts';
import { checkGraph } from './check.ts';
import { expandGradients } from './differentiate/expand.ts';
import { intern } from './intern.ts';
import { withOrigin } from './origins.ts';
import type { Firing, Report } from './rewrite/rewrite.ts';
import type { Numerics, Stage } from './rewrite/stages.ts';
import { runStage, stagesOf } from './rewrite/stages.ts';
import { stabilize } from './stabilize/stabilize.ts';

/** From roots to equivalent roots, one for one. */
export interface Pass {
  readonly name: string;
  readonly run: (roots: readonly Expr[], report: Report) => readonly Expr[];
}

const differentiate = 'differentiate';

/** All passes, in order. What comes after `differentiate` meets ordinary operators only. */
export function passesWith(stages: readonly Stage[]): Pass[] {
  return [
    { name: 'stabilize', run: stabilize },
    { name: differentiate, run: expandGradients },
    { name: 'trim', run: trimScans },
    { name: 'intern', run: intern },
    ...stages.map((stage): Pass => ({
      name: stage.name,
      run: (roots, report) => runStage(stage, roots, report),
    })),
  ];
}

/** Metrics leave the graph as float64. */
function widenMetrics(graph: Graph): Graph {
  const widened = (value: Expr): Expr => withOrigin(cast(value, 'float64'), value.origin);
  return { ...graph, metrics: graph.metrics.map((metric) => ({ ...metric, value: widened(metric.value) })) };
}

/** The same program over the replaced roots, taken in the order of `programRoots`. */
function withRoots(program: Program, roots: readonly Expr[]): Program {
  const remaining = roots[Symbol.iterator]();
  const next = (): Expr => must(remaining.next().value as Expr | undefined, 'root');
  const graph = (of: Graph | null): Graph | null => (of ? mapGraphRoots(of, next) : null);
  return {
    ...program,
    step: graph(program.step),
    evaluate: graph(program.evaluate),
    predict: graph(program.predict),
    initial: program.initial.map(({ slot }) => ({ slot, value: next() })),
  };
}

function programRoots(program: Program): Expr[] {
  const graphs = [program.step, program.evaluate, program.predict].filter((graph) => graph !== null);
  return [...graphs.flatMap(graphRoots), ...program.initial.map(({ value }) => value)];
}

function slotsOf({ inputs, hyper, parameters, state, seed }: Program): Set<Slot> {
  return new Set<Slot>([...inputs, ...hyper, ...parameters, ...state, ...(seed ? [seed] : [])]);
}

/** Called after every pass with the program as it is then, and with the rules that fired. */
export type Observer = (pass: string, program: Program, firings: readonly Firing[]) => void;

export interface OptimizeOptions {
  /** Default `strict`. */
  readonly numerics?: Numerics;
  /** The stages of rewriting; by default those of `numerics`. */
  readonly stages?: readonly Stage[];
}

/** The program after all passes: ordinary operators only, equal nodes one, well formed after each pass. */
export function optimize(
  declared: Program,
  observe: Observer = () => {},
  { numerics = 'strict', stages = stagesOf(numerics) }: OptimizeOptions = {},
): Program {
  const widen = (graph: Graph | null): Graph | null => (graph ? widenMetrics(graph) : null);
  let program: Program = {
    ...declared,
    step: widen(declared.step),
    evaluate: widen(declared.evaluate),
    predict: declared.predict,
  };
  const slots = slotsOf(program);
  let expanded = false;
  let checked = new Set<Expr>();
  const check = (pass: string): void => checkGraph(programRoots(program), { pass, slots, expanded, checked });
  check('declare');
  observe('declare', program, []);
  for (const { name, run } of passesWith(stages)) {
    const firings: Firing[] = [];
    const roots = programRoots(program);
    program = withRoots(
      program,
      declaredFor(null, () => run(roots, (firing) => firings.push(firing))),
    );
    if (name === differentiate) {
      expanded = true;
      checked = new Set();
    }
    check(name);
    observe(name, program, firings);
  }
  return program;
}
