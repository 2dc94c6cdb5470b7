/** What happened to the nodes of one name: which rules touched them, and which kernels compute them. */
import { describe } from '../../../src/describe.ts';
import type { Expr } from '../../../src/expr.ts';
import { slotName } from '../../../src/slot.ts';
import { nearest } from '../../../src/errors.ts';
import { originParts } from '../../origins.ts';
import { allNodes, entryRoots } from '../../report/declarations.ts';
import { entryNames } from '../../report/passes.ts';
import type { Inspection } from '../../report/report.ts';
import { UsageError } from '../usage.ts';

const nameOf = (node: Expr): string | null => (node.slot ? slotName(node.slot) : (node.origin?.name ?? null));

/** Throws UsageError, which lists the names, where no node has `name`. */
export function explain(inspection: Inspection, name: string): string {
  const { stages, kernels } = inspection;
  const [declared] = stages;
  const program = declared?.program;
  const roots = program ? entryNames(program).flatMap((entry) => entryRoots(program, entry)) : [];
  const nodes = [...new Set(allNodes(roots))];
  const chosen = new Set(nodes.filter((node) => nameOf(node) === name));
  if (chosen.size === 0) refuse(name, nodes);
  const origins = new Set([...chosen].flatMap(({ origin }) => originParts(origin)));
  const concerns = (node: Expr): boolean => originParts(node.origin).some((part) => origins.has(part));
  const rules = stages.flatMap(({ name: stage, firings }) =>
    firings
      .filter(({ node, by }) => concerns(node) || concerns(by))
      .map(({ rule, node, by }) => `  ${stage}: ${rule} made ${by.op.name} of ${node.op.name}`),
  );
  const computing = kernels
    .filter(({ declared: from, call }) => from.some((node) => chosen.has(node)) || call.nodes.some(concerns))
    .map(({ report }) => `  ${report.entry}: ${report.name} (${report.operators.join(', ')})`);
  return [
    ...[...chosen].map(describe),
    'Rules that touched it:',
    ...(rules.length > 0 ? rules : ['  none']),
    'Kernels that compute it:',
    ...(computing.length > 0 ? computing : ['  none: it is read from memory, or nothing needs it']),
  ].join('\n');
}

function refuse(name: string, nodes: readonly Expr[]): never {
  const names = [...new Set(nodes.map(nameOf))].filter((each) => each !== null);
  const near = nearest(name, names);
  const hint = near ? `Did you mean ${JSON.stringify(near)}?` : `Names: ${names.join(', ')}.`;
  throw new UsageError(`There is no node named ${JSON.stringify(name)}.\n${hint}`);
}
