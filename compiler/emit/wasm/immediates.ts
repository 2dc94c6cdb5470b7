/** What follows an opcode: memory arguments, lane indices, and the 16 bytes of `v128.const` and `i8x16.shuffle`. */
import type { ByteWriter } from './encode.ts';
import type { Instruction } from './opcodes.ts';

export interface MemoryArgument {
  /** Bytes, in [0, 2^32), added to the address on the stack; default 0. */
  readonly offset?: number;
  /** Bytes: a power of two up to the bytes accessed, a hint only; default all of them. */
  readonly align?: number;
}

/** Appends the alignment, as an exponent of 2, and the offset. */
export function writeMemoryArgument(
  to: ByteWriter,
  { name, access }: Instruction,
  { offset = 0, align = access }: MemoryArgument,
): void {
  const exponent = Math.log2(align);
  if (!Number.isInteger(exponent) || exponent < 0 || align > access) {
    throw new RangeError(`internal: assembler: ${name} aligned to ${align} bytes`);
  }
  to.u32(exponent).u32(offset);
}

export function writeLane(to: ByteWriter, { name, lanes }: Instruction, lane: number | undefined): void {
  if (lane === undefined || !Number.isInteger(lane) || lane < 0 || lane >= lanes) {
    throw new RangeError(`internal: assembler: ${name} has no lane ${lane}`);
  }
  to.byte(lane);
}

/** How a v128 is divided: lane type and number of lanes. */
export type VectorShape = 'i8x16' | 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2';

type PackLane = (view: DataView, offset: number, value: number | bigint) => void;

const lanesOf: Readonly<Record<VectorShape, { readonly count: number; readonly pack: PackLane }>> = {
  i8x16: { count: 16, pack: (view, offset, value) => view.setInt8(offset, Number(value)) },
  i32x4: { count: 4, pack: (view, offset, value) => view.setInt32(offset, Number(value), true) },
  i64x2: { count: 2, pack: (view, offset, value) => view.setBigInt64(offset, BigInt(value), true) },
  f32x4: { count: 4, pack: (view, offset, value) => view.setFloat32(offset, Number(value), true) },
  f64x2: { count: 2, pack: (view, offset, value) => view.setFloat64(offset, Number(value), true) },
};

/** The bytes of a vector with these lanes. Integers wrap; f32 lanes round. */
export function vectorBytes(shape: VectorShape, lanes: readonly (number | bigint)[]): Uint8Array {
  const { count, pack } = lanesOf[shape];
  if (lanes.length !== count) {
    throw new RangeError(`internal: assembler: ${shape} takes ${count} lanes, not ${lanes.length}`);
  }
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (const [lane, value] of lanes.entries()) pack(view, (16 / count) * lane, value);
  return bytes;
}

/**
 * The bytes of a shuffle that picks whole lanes of `shape` out of two vectors: lane l of the result is lane
 * `lanes[l]` of the first followed by the second.
 */
export function shuffleBytes(shape: VectorShape, lanes: readonly number[]): Uint8Array {
  const { count } = lanesOf[shape];
  const width = 16 / count;
  if (
    lanes.length !== count ||
    !lanes.every((lane) => Number.isInteger(lane) && lane >= 0 && lane < 2 * count)
  ) {
    throw new RangeError(
      `internal: assembler: a shuffle of ${shape} takes ${count} lanes below ${2 * count}, not [${lanes.join(', ')}]`,
    );
  }
  return Uint8Array.from({ length: 16 }, (_, byte) => {
    const lane = lanes[Math.floor(byte / width)] ?? 0;
    return lane * width + (byte % width);
  });
}
