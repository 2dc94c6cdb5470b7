import { ByteWriter } from './encode.ts';
import { shuffleBytes, vectorBytes, writeLane, writeMemoryArgument } from './immediates.ts';
import type { MemoryArgument, VectorShape } from './immediates.ts';
import type { Callee, Global } from './items.ts';
import { LocalPool } from './locals.ts';
import type { Local, Locals } from './locals.ts';
import { instructions, valueTypeCodes } from './opcodes.ts';
import type {
  LaneOpcode,
  MemoryLaneOpcode,
  MemoryOpcode,
  Opcode,
  PlainOpcode,
  ValueType,
} from './opcodes.ts';

/** An open block, as a branch names it. A branch to a loop goes to its beginning, to others past their end. */
export interface Label {
  readonly kind: 'block' | 'loop' | 'if';
  /** Blocks around it. */
  readonly depth: number;
}

type Body = (label: Label) => void;

/** Instructions written apart from the rest of a function, until they are inserted. */
export type Fragment = ByteWriter;

const control = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
};
const noResult = 0x40;

/**
 * The body of one function, written instruction by instruction in stack order. `op` takes the specification's
 * instruction names; variables, constants and control have methods of the same names in camel case. What the
 * stack holds is for `WebAssembly.validate` to check; labels and locals are checked here.
 */
export class FunctionBuilder<Params extends readonly ValueType[] = readonly ValueType[]> implements Callee {
  readonly kind = 'function';
  readonly name: string;
  readonly index: number;
  /** One local per parameter. */
  readonly params: Locals<Params>;
  private readonly locals: LocalPool;
  private code: ByteWriter = new ByteWriter();
  private readonly open: Label[] = [];

  /** Made by `ModuleBuilder.func`. */
  constructor(name: string, index: number, params: Params) {
    this.name = name;
    this.index = index;
    this.locals = new LocalPool(name);
    this.params = this.locals.parameters(params);
  }

  /** A local that nothing else uses until it is released. Its value is anybody's until it is set. */
  local(type: ValueType): Local {
    return this.locals.take(type);
  }

  /** Lets later locals of the same type take this one's place; using it from here on is an error. */
  release(local: Local): this {
    this.locals.release(local);
    return this;
  }

  /** Appends an instruction. Throws RangeError for a lane, offset or alignment that it cannot have. */
  op(name: PlainOpcode): this;
  op(name: LaneOpcode, lane: number): this;
  op(name: MemoryOpcode, memory?: MemoryArgument): this;
  op(name: MemoryLaneOpcode, memory: MemoryArgument, lane: number): this;
  op(name: Opcode, first?: MemoryArgument | number, second?: number): this {
    const instruction = instructions.get(name);
    if (!instruction) throw this.fault(`${name} is not an instruction`);
    this.code.bytes(instruction.code);
    if (instruction.access > 0)
      writeMemoryArgument(this.code, instruction, typeof first === 'object' ? first : {});
    if (instruction.lanes > 0) writeLane(this.code, instruction, typeof first === 'number' ? first : second);
    return this;
  }

  /** Remembers the place of the next instruction in the module. */
  mark(): this {
    this.code.mark();
    return this;
  }

  localGet(local: Local): this {
    return this.indexed(0x20, this.locals.indexOf(local));
  }

  localSet(local: Local): this {
    return this.indexed(0x21, this.locals.indexOf(local));
  }

  localTee(local: Local): this {
    return this.indexed(0x22, this.locals.indexOf(local));
  }

  globalGet(global: Global): this {
    return this.indexed(0x23, global.index);
  }

  globalSet(global: Global): this {
    return this.indexed(0x24, global.index);
  }

  /** An integer in [-2^31, 2^32). */
  i32Const(value: number): this {
    this.code.byte(0x41).s32(value);
    return this;
  }

  /** An integer in [-2^63, 2^64). */
  i64Const(value: bigint | number): this {
    this.code.byte(0x42).s64(BigInt(value));
    return this;
  }

  /** Rounds to float32. */
  f32Const(value: number): this {
    this.code.byte(0x43).f32(value);
    return this;
  }

  f64Const(value: number): this {
    this.code.byte(0x44).f64(value);
    return this;
  }

  /** As the text format has it: `v128Const('f32x4', [1, 2, 3, 4])`. Integers wrap; f32 lanes round. */
  v128Const(shape: VectorShape, lanes: readonly (number | bigint)[]): this {
    this.code.bytes([0xfd, 0x0c]).bytes(vectorBytes(shape, lanes));
    return this;
  }

  /**
   * Takes two vectors; byte b of the result is byte `lanes[b]` of the first followed by the second. In another
   * shape whole lanes move: `i8x16Shuffle([0, 4, 1, 5], 'i32x4')` interleaves the low halves.
   */
  i8x16Shuffle(lanes: readonly number[], shape: VectorShape = 'i8x16'): this {
    this.code.bytes([0xfd, 0x0d]).bytes(shuffleBytes(shape, lanes));
    return this;
  }

  call(callee: Callee): this {
    return this.indexed(0x10, callee.index);
  }

  return(): this {
    this.code.byte(control.return);
    return this;
  }

  br(label: Label): this {
    return this.indexed(control.br, this.distance(label));
  }

  brIf(label: Label): this {
    return this.indexed(control.brIf, this.distance(label));
  }

  /** Opens a block, to be closed by `end`; `result` is what it leaves on the stack. */
  beginBlock(result?: ValueType): Label {
    return this.begin('block', result);
  }

  beginLoop(result?: ValueType): Label {
    return this.begin('loop', result);
  }

  /** Takes an i32: the block is entered where it is not 0, and what follows `else` where it is. */
  beginIf(result?: ValueType): Label {
    return this.begin('if', result);
  }

  else(): this {
    if (this.open.at(-1)?.kind !== 'if') throw this.fault('else stands outside an if');
    this.code.byte(control.else);
    return this;
  }

  /** Closes the innermost open block. */
  end(): this {
    if (!this.open.pop()) throw this.fault('end without an open block');
    this.code.byte(control.end);
    return this;
  }

  block(body: Body, result?: ValueType): this {
    return this.within(this.beginBlock(result), body);
  }

  loop(body: Body, result?: ValueType): this {
    return this.within(this.beginLoop(result), body);
  }

  if(then: Body, otherwise?: Body, result?: ValueType): this {
    return this.within(this.beginIf(result), (label) => {
      then(label);
      if (!otherwise) return;
      this.else();
      otherwise(label);
    });
  }

  /** A place for instructions that `into` writes and `insert` puts into the function. */
  fragment(): Fragment {
    return new ByteWriter();
  }

  /** Appends to `fragment` what `write` writes; it closes the blocks that it opens. */
  into(fragment: Fragment, write: () => void): this {
    const outer = this.code;
    this.code = fragment;
    write();
    this.code = outer;
    return this;
  }

  /** Appends the instructions of `fragment`, which must name no block that is closed here. */
  insert(fragment: Fragment): this {
    this.code.append(fragment);
    return this;
  }

  /** The function as the code section holds it: its locals, then its instructions. */
  encode(): ByteWriter {
    if (this.open.length > 0) throw this.fault(`${this.open.length} open blocks at the end`);
    const writer = new ByteWriter();
    writer.vector(this.locals.runs(), ({ count, type }) => writer.u32(count).byte(valueTypeCodes[type]));
    return writer.append(this.code).byte(control.end);
  }

  private begin(kind: Label['kind'], result: ValueType | undefined): Label {
    const label = { kind, depth: this.open.length };
    this.open.push(label);
    this.code.byte(control[kind]).byte(result ? valueTypeCodes[result] : noResult);
    return label;
  }

  private within(label: Label, body: Body): this {
    body(label);
    if (this.open.at(-1) !== label) throw this.fault(`a ${label.kind} closes others than it opened`);
    return this.end();
  }

  private distance(label: Label): number {
    if (this.open[label.depth] !== label) throw this.fault(`branch to a ${label.kind} that is not open`);
    return this.open.length - 1 - label.depth;
  }

  private indexed(opcode: number, index: number): this {
    this.code.byte(opcode).u32(index);
    return this;
  }

  private fault(what: string): Error {
    return new Error(`internal: assembler: function ${this.name}: ${what}`);
  }
}
