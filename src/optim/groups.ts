/** Groups of parameters, each with an optimizer of its own. */
import { AdjointError, must } from '../errors.ts';
import { named, restricted } from './context.ts';
import type { Float, Leaf, Optimizer } from './optimizer.ts';
import type { Selection } from '../select.ts';
import { checkLeaves, selectsLeaf } from './select.ts';

export interface Group {
  /** Which parameters; left out in at most one group: all that no other group claims. */
  readonly parameters?: Selection;
  readonly optimizer: Optimizer;
  /** The prefix of its hyper-parameters; default the group's number: `0.lr`. */
  readonly name?: string;
}

/**
 * One optimizer for each group of parameters. Hyper-parameters carry the group's name. When the program is declared,
 * throws E-NAME-UNKNOWN for a pattern that matches nothing, and E-OPTIMIZER for a parameter that two groups claim, or
 * none.
 */
export function groups(list: readonly Group[]): Optimizer {
  if (list.filter(({ parameters }) => parameters === undefined).length > 1) {
    throw refusal('two groups have no `parameters`', 'At most one group takes the rest.');
  }
  const names = list.map(({ name }, i) => name ?? String(i));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw refusal(`two groups are called ${twice}`, 'Give each its own name.');
  return {
    name: `groups(${list.map(({ optimizer }) => optimizer.name).join(', ')})`,
    update: (gradients, context) => {
      const owner = owners(list, names, context.leaves);
      const next = new Map<Leaf, Float>();
      list.forEach(({ optimizer }, i) => {
        const chosen = context.leaves.filter((_, at) => owner[at] === i);
        const own = gradients.filter((_, at) => owner[at] === i);
        const moved = optimizer.update(own, restricted(named(names[i] ?? '', context), chosen));
        chosen.forEach((leaf, at) => next.set(leaf, must(moved[at], 'new parameter')));
      });
      return context.leaves.map((leaf) => must(next.get(leaf), 'new parameter'));
    },
  };
}

function refusal(headline: string, hint: string): AdjointError {
  return new AdjointError('E-OPTIMIZER', `groups: ${headline}`, [], hint);
}

/** The group of each leaf, by number. */
function owners(list: readonly Group[], names: readonly string[], leaves: readonly Leaf[]): number[] {
  for (const { parameters } of list) {
    if (parameters !== undefined) checkLeaves('groups', parameters, leaves);
  }
  const rest = list.findIndex(({ parameters }) => parameters === undefined);
  return leaves.map((leaf) => {
    const claims = list.flatMap(({ parameters }, i) =>
      parameters !== undefined && selectsLeaf(parameters, leaf) ? [i] : [],
    );
    if (claims.length > 1) {
      const both = claims.map((i) => names[i]).join(' and ');
      throw refusal(`${leaf.name} belongs to ${both}`, 'Make their `parameters` disjoint.');
    }
    const owner = claims[0] ?? rest;
    if (owner >= 0) return owner;
    const hint = 'Add a group without `parameters` for the rest, with optim.frozen() to leave them still.';
    throw refusal(`no group has ${leaf.name}`, hint);
  });
}

/** Leaves parameters as they are. */
export function frozen(): Optimizer {
  return { name: 'frozen', update: (_gradients, { leaves }) => leaves.map(({ parameter }) => parameter) };
}
