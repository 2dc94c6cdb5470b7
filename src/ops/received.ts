/** What a node receives in reverse mode. Slices that are all of it together are joined, where others are added. */
import type { Expr } from '../expr.ts';
import { add } from './arithmetic.ts';
import { concat } from './concat.ts';
import { sliceOp } from './slicing.ts';
import type { SliceAttrs } from './slicing.ts';

/** A cotangent, and the node that passed it on: `from` is that node's own cotangent. */
export interface Received {
  readonly cotangent: Expr;
  readonly reader: Expr | null;
  readonly from: Expr;
}

/** A stretch of an axis, and what it receives. */
interface Piece {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly cotangent: Expr;
}

/**
 * The contributions to `node`, in their order. Slices of one axis that tile the node become one contribution: each
 * element gets what its slice gets, and no zeros, which would be added to it otherwise.
 */
export function contributionsTo(node: Expr, received: readonly Received[]): Expr[] {
  const pieces = received.flatMap((each) => pieceOf(node, each) ?? []);
  const joined = pieces.length > 1 ? joinedPieces(node, pieces) : null;
  if (!joined) return received.map(({ cotangent }) => cotangent);
  const rest = received.filter((each) => pieceOf(node, each) === null);
  return [joined, ...rest.map(({ cotangent }) => cotangent)];
}

/** The stretch of `node` that a slice takes; null where it cuts several axes, or leaves elements out on its way. */
function pieceOf(node: Expr, { reader, from }: Received): Piece | null {
  if (reader?.op.name !== sliceOp.name) return null;
  const { starts, steps } = reader.attrs as SliceAttrs;
  const [axis, ...others] = node.shape.flatMap((size, i) => (size === reader.shape[i] ? [] : [i]));
  if (axis === undefined || others.length > 0 || steps.some((step) => step !== 1)) return null;
  const start = starts[axis] ?? 0;
  return { axis, start, end: start + Number(reader.shape[axis]), cotangent: from };
}

/** The pieces side by side, those of one stretch added up; null where they overlap, or are not the whole node. */
function joinedPieces(node: Expr, pieces: readonly Piece[]): Expr | null {
  const axis = pieces[0]?.axis ?? 0;
  const totals = new Map<number, Piece>();
  for (const piece of pieces) {
    const known = totals.get(piece.start);
    if (piece.axis !== axis || (known && known.end !== piece.end)) return null;
    totals.set(piece.start, known ? { ...piece, cotangent: add(known.cotangent, piece.cotangent) } : piece);
  }
  const inOrder = [...totals.values()].sort((a, b) => a.start - b.start);
  const ends = [0, ...inOrder.map(({ end }) => end)];
  if (inOrder.some(({ start }, i) => start !== ends[i]) || ends.at(-1) !== node.shape[axis]) return null;
  const parts = inOrder.map(({ cotangent }) => cotangent);
  return parts.length > 1 ? concat(parts, { axis }) : null;
}
