/** Writes matrix products: panels of columns, and in each of them tiles of rows. */
import type { FloatDType } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { Local } from '../locals.ts';
import type { Context, VectorAxis } from '../kernels/context.ts';
import { within } from '../kernels/context.ts';
import { hold } from '../kernels/definitions.ts';
import type { Bound } from '../kernels/loops.ts';
import { boundOf, inFrame, lastStart, pushBound, repeatUntil } from '../kernels/loops.ts';
import type { Product } from './match.ts';
import type { Operand } from './operand.ts';
import { leftOperand, rightOperand, sideBySide } from './operand.ts';
import type { Panel } from './pack.ts';
import { isPacked, packPanel } from './pack.ts';
import { writeTile } from './tile.ts';

const lanes = 4;
/** Rows of a tile. With two vectors of columns, sums and factors fill the 16 registers of most processors. */
const tileRows = 4;

export function writeProduct(context: Context, product: Product): void {
  const { f } = context;
  const { column, total } = product;
  const wide = total.dtype === 'float32' ? 2 : 1;
  inFrame(context, column, (counter) => {
    const end = boundOf(context, column);
    f.i32Const(0).localSet(counter);
    const write = (panel: Panel): void => writePanel(context, product, panel);
    if (typeof end !== 'number') return writeUnknown(context, counter, end, wide, write);
    const { full, last } = panelsOf(end, wide);
    if (full > 0) repeatUntil(context, counter, full, lanes * wide, true, () => write({ groups: wide }));
    if (last > 0) write({ groups: Math.ceil(last / lanes), ...(last % lanes === 0 ? {} : { valid: last }) });
  });
}

/** Columns in full panels, and in the last one, which is one group wider rather than much narrower. */
function panelsOf(columns: number, wide: number): { readonly full: number; readonly last: number } {
  const width = lanes * wide;
  const rest = columns % width;
  const joined = wide === 2 && rest > 0 && rest <= lanes && columns > width;
  return joined ? { full: columns - rest - width, last: rest + width } : { full: columns - rest, last: rest };
}

function writeUnknown(
  context: Context,
  counter: Local,
  end: Bound,
  wide: number,
  write: (panel: Panel) => void,
): void {
  const { f } = context;
  const width = lanes * wide;
  repeatUntil(context, counter, lastStart(context, end, width), width, false, () => write({ groups: wide }));
  const rest = f.local('i32');
  pushBound(context, end);
  f.localGet(counter).op('i32.sub').localTee(rest);
  f.if(() => write({ groups: wide, valid: rest }));
}

function writePanel(context: Context, product: Product, panel: Panel): void {
  const { f } = context;
  const { row } = product;
  const packed = isPacked(product) ? packPanel(context, product, panel) : null;
  inFrame(context, row, (counter) => {
    const end = boundOf(context, row);
    f.i32Const(0).localSet(counter);
    const known = typeof end === 'number';
    const write = (rows: number): void => writeRows(context, product, panel, packed, rows);
    if (!known || end >= tileRows)
      repeatUntil(context, counter, lastStart(context, end, tileRows), tileRows, known, () =>
        write(tileRows),
      );
    if (known && end % tileRows > 0) write(end % tileRows);
    if (!known) repeatUntil(context, counter, end, 1, false, () => write(1));
  });
}

function writeRows(
  context: Context,
  product: Product,
  panel: Panel,
  packed: Operand | null,
  rows: number,
): void {
  const { f } = context;
  const { total, inner } = product;
  const dtype = total.dtype as FloatDType;
  const vectors = dtype === 'float32' ? panel.groups : 2 * panel.groups;
  const count = boundOf(context, inner);
  const left = leftOperand(context, product, rows);
  const right = packed ? fromStart(context, packed) : rightOperand(context, product, vectors);
  const sums = writeTile(context, { dtype, rows, vectors }, left, right, count);
  const first = must(context.axes.get(product.row), 'row');
  sums.forEach((parts, i) => {
    const counter = f.local('i32');
    f.localGet(first.local).i32Const(i).op('i32.add').localSet(counter);
    context.axes.set(product.row, { ...first, local: counter });
    finishRow(context, product, panel, parts);
  });
  context.axes.set(product.row, first);
}

/** The lets and stores of one row, over the columns of the panel. */
function finishRow(context: Context, product: Product, panel: Panel, parts: readonly Local[]): void {
  const { column, total, lets, after } = product;
  const vector: VectorAxis = { axis: column, varying: new Map(), ...panel };
  within(context, { vector }, () => {
    hold(context, total, parts);
    context.writers.statements(context, [...lets, ...after]);
  });
}

/** A packed panel, with a pointer that a tile may move. */
function fromStart({ f }: Context, { places, step }: Operand): Operand {
  const pointer = f.local('i32');
  f.localGet(must(places[0], 'place').pointer).localSet(pointer);
  return sideBySide(pointer, places.length, step);
}
