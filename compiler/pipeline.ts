/** The passes between declaration and lowering, on one screen. Each is a pure function from graphs to graphs. */
import { must } from '../src/errors.ts';
import type { Expr } from '../src/expr.ts';
import { cast } from '../src/ops/cast.ts';
import type { Graph, Program } from '../src/program.ts';
import { graphRoots, mapGraphRoots } from '../src/program.ts';
import { trimScans } from '../src/ops/scan-trim.ts';
import { expandGradients } from './differentiate/expand.ts';
import { intern } from './intern.ts';

/** From roots to equivalent roots, one for one. */
export interface Pass {
  readonly name: string;
  readonly run: (roots: readonly Expr[]) => readonly Expr[];
}

export const passes: readonly Pass[] = [
  { name: 'differentiate', run: expandGradients },
  { name: 'trim scans', run: trimScans },
  { name: 'intern', run: intern },
];

/** Metrics leave the graph as float64. */
function widenMetrics(graph: Graph): Graph {
  return {
    ...graph,
    metrics: graph.metrics.map((metric) => ({ ...metric, value: cast(metric.value, 'float64') })),
  };
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

/** Called after every pass with the program as it is then. */
export type Observer = (pass: string, program: Program) => void;

/** The program after all passes: ordinary operators only, equal nodes one. */
export function optimize(declared: Program, observe: Observer = () => {}): Program {
  const widen = (graph: Graph | null): Graph | null => (graph ? widenMetrics(graph) : null);
  let program: Program = {
    ...declared,
    step: widen(declared.step),
    evaluate: widen(declared.evaluate),
    predict: declared.predict,
  };
  observe('declare', program);
  for (const { name, run } of passes) {
    program = withRoots(program, run(programRoots(program)));
    observe(name, program);
  }
  return program;
}
