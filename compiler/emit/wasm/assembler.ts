/** Builds WebAssembly modules (specification 2.0 and relaxed SIMD) in the binary format. */
import { ByteWriter } from './encode.ts';
import { FunctionBuilder } from './function-builder.ts';
import type { Callee, Global, Memory } from './items.ts';
import { valueTypeCodes } from './opcodes.ts';
import type { ValueType } from './opcodes.ts';

/** Sizes in pages of 64 KiB, at most 65536. */
export interface MemoryLimits {
  readonly min: number;
  readonly max?: number;
}

interface Import {
  readonly module: string;
  readonly name: string;
  /** The kind of import and what is imported, encoded. */
  readonly description: ByteWriter;
}

/** Numbers of the sections, in the order in which they are written (specification, 5.5.2). */
const sections = { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10, data: 11 };
const customSection = 0;
const externalKinds = { function: 0x00, memory: 0x02, global: 0x03 };
const functionType = 0x60;
const mutable = 0x01;
const end = 0x0b;

/** One module. Its parts may be added in any order, save that imported functions come before the others. */
export class ModuleBuilder {
  private readonly types: ByteWriter[] = [];
  private readonly typeIndices: Map<string, number> = new Map();
  private readonly imports: Import[] = [];
  private readonly functions: { readonly builder: FunctionBuilder; readonly type: number }[] = [];
  private readonly functionNames: string[] = [];
  private readonly globals: { readonly type: Global['type']; readonly value: number | bigint }[] = [];
  private readonly exports: { readonly name: string; readonly item: Callee | Memory | Global }[] = [];
  private readonly segments: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  private memory: Memory | undefined;

  /** The memory that loads and stores use: imported from `module` as `name`; a module has at most one. */
  importMemory(limits: MemoryLimits, module: string = 'env', name: string = 'memory'): Memory {
    if (this.memory) throw new Error('internal: assembler: a module has one memory');
    const { min, max } = limits;
    const description = new ByteWriter().byte(externalKinds.memory);
    if (max === undefined) description.byte(0x00).u32(min);
    else description.byte(0x01).u32(min).u32(max);
    this.imports.push({ module, name, description });
    this.memory = { kind: 'memory', index: 0 };
    return this.memory;
  }

  importFunction(
    module: string,
    name: string,
    params: readonly ValueType[],
    results: readonly ValueType[] = [],
  ): Callee {
    if (this.functions.length > 0) {
      throw new Error(`internal: assembler: import of ${name} after the first function of the module`);
    }
    const description = new ByteWriter().byte(externalKinds.function).u32(this.typeOf(params, results));
    this.imports.push({ module, name, description });
    return { kind: 'function', name, index: this.functionNames.push(name) - 1 };
  }

  /** A function whose body is yet to be written; it can be called from now on. */
  func<const Params extends readonly ValueType[]>(
    name: string,
    params: Params,
    results: readonly ValueType[] = [],
  ): FunctionBuilder<Params> {
    const builder = new FunctionBuilder(name, this.functionNames.push(name) - 1, params);
    this.functions.push({ builder, type: this.typeOf(params, results) });
    return builder;
  }

  /** Takes back the function that was added last; nothing may have called it. */
  withdraw(builder: FunctionBuilder): this {
    if (this.functions.at(-1)?.builder !== builder) {
      throw new Error(`internal: assembler: ${builder.name} was not added last`);
    }
    this.functions.pop();
    this.functionNames.pop();
    return this;
  }

  /** A mutable global with its initial value; i64 takes bigints too. */
  global(type: Global['type'], value: number | bigint): Global {
    return { kind: 'global', type, index: this.globals.push({ type, value }) - 1 };
  }

  export(name: string, item: Callee | Memory | Global): this {
    this.exports.push({ name, item });
    return this;
  }

  /** Writes `bytes` at the address `offset` whenever the module is instantiated. */
  data(offset: number, bytes: Uint8Array): this {
    this.segments.push({ offset, bytes });
    return this;
  }

  /** The module in binary. `names` adds the functions' names, for stack traces and profiles. */
  build(options: { readonly names?: boolean } = {}): Uint8Array<ArrayBuffer> {
    return this.write(options).finish();
  }

  /** The same, with the marks of all functions. */
  write({ names = false }: { readonly names?: boolean } = {}): ByteWriter {
    const writer = new ByteWriter().bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    writeSection(writer, sections.type, this.types, (type, to) => to.bytes(type.finish()));
    writeSection(writer, sections.import, this.imports, ({ module, name, description }, to) =>
      to.text(module).text(name).bytes(description.finish()),
    );
    writeSection(writer, sections.function, this.functions, ({ type }, to) => to.u32(type));
    writeSection(writer, sections.global, this.globals, ({ type, value }, to) =>
      writeConstant(to.byte(valueTypeCodes[type]).byte(mutable), type, value),
    );
    writeSection(writer, sections.export, this.exports, ({ name, item }, to) =>
      to.text(name).byte(externalKinds[item.kind]).u32(item.index),
    );
    writeSection(writer, sections.code, this.functions, ({ builder }, to) => to.sized(builder.encode()));
    writeSection(writer, sections.data, this.segments, ({ offset, bytes }, to) =>
      writeConstant(to.u32(0), 'i32', offset).sized(bytes),
    );
    if (names) this.writeNames(writer);
    return writer;
  }

  /** The name section (specification, 7.4.1) with function names only; it follows the data section. */
  private writeNames(writer: ByteWriter): void {
    const functionNames = 1;
    const map = new ByteWriter().vector([...this.functionNames.entries()], ([index, name], to) =>
      to.u32(index).text(name),
    );
    const content = new ByteWriter().text('name').byte(functionNames).sized(map.finish());
    writer.byte(customSection).sized(content.finish());
  }

  /** The index of a function type; equal types are one. */
  private typeOf(params: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${params.join(' ')} -> ${results.join(' ')}`;
    const known = this.typeIndices.get(key);
    if (known !== undefined) return known;
    const type = new ByteWriter().byte(functionType);
    for (const list of [params, results]) type.vector(list, (item, to) => to.byte(valueTypeCodes[item]));
    const index = this.types.push(type) - 1;
    this.typeIndices.set(key, index);
    return index;
  }
}

/** Appends a section that holds a vector; nothing where it is empty. */
function writeSection<Item>(
  writer: ByteWriter,
  id: number,
  items: readonly Item[],
  write: (item: Item, to: ByteWriter) => void,
): void {
  if (items.length > 0) writer.byte(id).sized(new ByteWriter().vector(items, write));
}

/** Appends a constant expression. */
function writeConstant(to: ByteWriter, type: Global['type'], value: number | bigint): ByteWriter {
  if (type === 'i32') to.byte(0x41).s32(Number(value));
  else if (type === 'i64') to.byte(0x42).s64(BigInt(value));
  else if (type === 'f32') to.byte(0x43).f32(Number(value));
  else to.byte(0x44).f64(Number(value));
  return to.byte(end);
}
