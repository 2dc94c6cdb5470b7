/** Comparisons, logic and selection. */
import {
  eq,
  ge,
  gt,
  le,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  maskedFill,
  ne,
  where,
} from 'adjoint';
import type { Binary, Bool, Float, Rows } from './row.ts';
import { binary } from './row.ts';

type Flags = {
  readonly input: Bool;
  readonly other: Bool;
};

type Choice = Binary & {
  readonly condition: Bool;
};

export const comparisonRows: Rows = {
  eq: binary((x, y) => eq(x, y)),
  ne: binary((x, y) => ne(x, y)),
  lt: binary((x, y) => lt(x, y)),
  le: binary((x, y) => le(x, y)),
  gt: binary((x, y) => gt(x, y)),
  ge: binary((x, y) => ge(x, y)),
  logical_and: ({ input, other }: Flags) => logicalAnd(input, other),
  logical_or: ({ input, other }: Flags) => logicalOr(input, other),
  logical_xor: ({ input, other }: Flags) => logicalXor(input, other),
  logical_not: ({ input }: Flags) => logicalNot(input),
  masked_fill: ({ input, mask }: { input: Float; mask: Bool }, { value }: { value: number }) =>
    maskedFill(input, mask, value),
  where: ({ condition, input, other }: Choice) => where(condition, input, other),
};
