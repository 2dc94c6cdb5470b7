/** Where a node comes from when it stands for several declared ones: all their names and places. */
import type { Expr } from '../src/expr.ts';
import { makeNode } from '../src/expr.ts';
import type { Origin } from '../src/origin.ts';
import { mapGraph } from '../src/walk.ts';
import { withArgs } from './rebuild.ts';

/** More origins than these tell a reader nothing, and a constant may stand for thousands. */
const most = 8;

/** Several origins as one. */
class JoinedOrigin implements Origin {
  readonly name: string | null;
  readonly parts: readonly Origin[];

  constructor(name: string | null, parts: readonly Origin[]) {
    this.name = name;
    this.parts = parts;
  }

  site(): string | null {
    for (const part of this.parts) {
      const site = part.site();
      if (site !== null) return site;
    }
    return null;
  }
}

/** The declarations behind an origin, the nearest first. */
export function originParts(origin: Origin | null): readonly Origin[] {
  if (origin === null) return [];
  return origin instanceof JoinedOrigin ? origin.parts : [origin];
}

/** One origin for several, under `name`; the first known place speaks for all. */
export function joinOrigins(origins: readonly (Origin | null)[], name: string | null): Origin | null {
  const parts = [...new Set(origins.flatMap(originParts))].slice(0, most);
  const [only] = parts;
  if (only === undefined || (parts.length === 1 && only.name === name)) return only ?? null;
  return new JoinedOrigin(name, parts);
}

/** The same places without a name. */
export function unnamed(origin: Origin | null): Origin | null {
  return joinOrigins([origin], null);
}

/** `node` with another origin. */
export function withOrigin(node: Expr, origin: Origin | null): Expr {
  return origin === node.origin ? node : makeNode({ ...node, origin });
}

/** Collects what nodes came to stand for while a graph was made anew. */
export class Origins {
  readonly #joined = new Map<Expr, Origin | null>();

  /** `node` now also stands for `other`. Leaves with a slot are known by their slot. */
  add(node: Expr, other: Expr): void {
    if (node.slot !== null || other.origin === null) return;
    const before = this.#joined.get(node) ?? node.origin;
    if (originParts(before).length >= most) return;
    const name = before?.name ?? other.origin.name;
    this.#joined.set(node, joinOrigins([before, other.origin], name));
  }

  /** The same roots, each node with all of its origins. */
  settle(roots: readonly Expr[]): Expr[] {
    if (this.#joined.size === 0) return [...roots];
    const find = mapGraph(roots, (node, args) =>
      withOrigin(withArgs(node, args), this.#joined.get(node) ?? node.origin),
    );
    return roots.map(find);
  }
}
