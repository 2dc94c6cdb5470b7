/** Drops what no node reads of a loop: outputs, and the carries, inputs and constants that only they needed. */
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { mapGraph, postorder, rebuild } from '../walk.ts';
import type { ScanBody } from './scan.ts';
import { withoutMarks } from './scan-marks.ts';
import { isScan, scanBody, scanResult, withBody } from './scan.ts';

/** What stays of a scan: its body, its operands, and the new number of each old result that is read. */
interface Trimmed {
  readonly body: ScanBody;
  readonly args: readonly Expr[];
  readonly results: ReadonlyMap<number, number>;
}

/** The carries that the results `read` depend on, through any number of iterations. */
function liveCarries(body: ScanBody, read: ReadonlySet<number>): Set<number> {
  const outputs = body.outputs.filter((_, j) => read.has(body.carries.length + j));
  let live = new Set([...read].filter((result) => result < body.carries.length));
  for (;;) {
    const next = [...live].map((i) => must(body.next[i], 'carry'));
    const reached = new Set(postorder([...next, ...outputs]));
    const found = new Set([...live, ...body.carries.flatMap((leaf, i) => (reached.has(leaf) ? [i] : []))]);
    if (found.size === live.size) return live;
    live = found;
  }
}

function trimmed(node: Expr, results: ReadonlySet<number>): Trimmed {
  const body = scanBody(node);
  const count = body.carries.length;
  const live = liveCarries(body, results);
  const kept = body.next.flatMap((_, i) => (live.has(i) ? [i] : []));
  const outputs = body.outputs.flatMap((_, j) => (results.has(count + j) ? [j] : []));
  const next = kept.map((i) => must(body.next[i], 'carry'));
  const read = outputs.map((j) => must(body.outputs[j], 'output'));
  const roots = trimScans(withoutMarks([...next, ...read]));
  const reached = new Set(postorder(roots));
  const others = [...body.inputs, ...body.constants].map((leaf, i) => ({ leaf, arg: count + i }));
  const used = others.filter(({ leaf }) => reached.has(leaf));
  const result = [...kept, ...outputs.map((j) => count + j)];
  return {
    body: {
      carries: kept.map((i) => must(body.carries[i], 'carry')),
      inputs: body.inputs.filter((leaf) => reached.has(leaf)),
      constants: body.constants.filter((leaf) => reached.has(leaf)),
      next: roots.slice(0, kept.length),
      outputs: roots.slice(kept.length),
    },
    args: [...kept, ...used.map(({ arg }) => arg)].map((i) => must(node.args[i], 'operand')),
    results: new Map(result.map((old, i) => [old, i])),
  };
}

/** What stays of each scan that `roots` need, found from the results backwards. */
function trimmedScans(roots: readonly Expr[]): Map<Expr, Trimmed> {
  const live = new Set(roots);
  const read = new Map<Expr, Set<number>>();
  const found = new Map<Expr, Trimmed>();
  for (const node of postorder(roots).toReversed()) {
    if (!live.has(node)) continue;
    if (isScan(node)) found.set(node, trimmed(node, read.get(node) ?? new Set()));
    if (node.op.name === 'scanResult') {
      const scan = must(node.args[0], 'scan');
      read.set(scan, (read.get(scan) ?? new Set()).add(Number(node.attrs['result'])));
    }
    for (const arg of found.get(node)?.args ?? node.args) live.add(arg);
  }
  return found;
}

/** The same values, from loops that compute nothing else. Run it after differentiation and before lowering. */
export function trimScans(roots: readonly Expr[]): Expr[] {
  const scans = trimmedScans(roots);
  if (scans.size === 0) return [...roots];
  const replaced = new Map<Expr, Expr>();
  const newOf = (node: Expr): Expr => must(replaced.get(node), 'replacement');
  const find = mapGraph(roots, (node, args) => {
    const made = rebuilt(node, args);
    replaced.set(node, made);
    return made;
  });
  function rebuilt(node: Expr, args: readonly Expr[]): Expr {
    if (isScan(node)) {
      const stays = scans.get(node);
      return stays ? withBody(node, stays.args.map(newOf), stays.body) : node;
    }
    if (node.op.name !== 'scanResult') return rebuild(node, args);
    const scan = must(node.args[0], 'scan');
    const result = scans.get(scan)?.results.get(Number(node.attrs['result']));
    return result === undefined ? node : scanResult(newOf(scan), result);
  }
  return roots.map(find);
}
