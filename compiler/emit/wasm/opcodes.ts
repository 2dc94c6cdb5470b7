/** Every instruction that the assembler writes through `FunctionBuilder.op`, by its name in the specification. */
import { memoryLaneOpcodes, memoryOpcodes } from './opcodes-memory.ts';
import { scalarOpcodes } from './opcodes-scalar.ts';
import { laneOpcodes, relaxedOpcodes, vectorOpcodes } from './opcodes-vector.ts';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** Their encodings (specification, 5.3.1 and 5.3.2). */
export const valueTypeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** Instructions without immediates. */
export type PlainOpcode =
  keyof typeof scalarOpcodes | keyof typeof vectorOpcodes | keyof typeof relaxedOpcodes;
/** Instructions with a lane index: `extract_lane` and `replace_lane`. */
export type LaneOpcode = keyof typeof laneOpcodes;
/** Loads and stores. */
export type MemoryOpcode = keyof typeof memoryOpcodes;
/** Loads and stores of one lane. */
export type MemoryLaneOpcode = keyof typeof memoryLaneOpcodes;
export type Opcode = PlainOpcode | LaneOpcode | MemoryOpcode | MemoryLaneOpcode;

export interface Instruction {
  readonly name: string;
  /** What it takes from the stack and leaves there: `'i32 v128 -> v128'`; `a` is any one value type. */
  readonly stack: string;
  /** The opcode as it is written. */
  readonly code: readonly number[];
  /** Bytes of memory that it reads or writes at its address; 0 where it has none. */
  readonly access: number;
  /** It names a lane below this; 0 where it names none. */
  readonly lanes: number;
}

/** A row of a table; the last number counts bytes accessed or lanes. */
type Row = readonly [stack: string, opcode: readonly number[], count?: number];
type Table = Readonly<Record<string, Row>>;

const vectorBytes = 16;
const tables: readonly [Table, (count: number) => Pick<Instruction, 'access' | 'lanes'>][] = [
  [scalarOpcodes, () => ({ access: 0, lanes: 0 })],
  [vectorOpcodes, () => ({ access: 0, lanes: 0 })],
  [relaxedOpcodes, () => ({ access: 0, lanes: 0 })],
  [laneOpcodes, (lanes) => ({ access: 0, lanes })],
  [memoryOpcodes, (access) => ({ access, lanes: 0 })],
  [memoryLaneOpcodes, (access) => ({ access, lanes: vectorBytes / access })],
];

/** The first byte stands as it is; what follows a prefix is an unsigned LEB128 number (below 2^14 here). */
function codeOf([first = 0, ...rest]: readonly number[]): readonly number[] {
  return [first, ...rest.flatMap((part) => (part < 0x80 ? [part] : [(part & 0x7f) | 0x80, part >> 7]))];
}

export const instructions: ReadonlyMap<string, Instruction> = new Map(
  tables.flatMap(([table, immediates]) =>
    Object.entries(table).map(([name, [stack, opcode, count = 0]]): [string, Instruction] => [
      name,
      { name, stack, code: codeOf(opcode), ...immediates(count) },
    ]),
  ),
);
