import { describe, expect, test } from 'vitest';
import { ModuleBuilder } from '../../compiler/emit/wasm/assembler.ts';
import type { FunctionBuilder } from '../../compiler/emit/wasm/function-builder.ts';
import { relaxedOpcodes } from '../../compiler/emit/wasm/opcodes-vector.ts';
import { instructions } from '../../compiler/emit/wasm/opcodes.ts';
import type { Instruction, Opcode, ValueType } from '../../compiler/emit/wasm/opcodes.ts';

const valueTypes: readonly ValueType[] = ['i32', 'i64', 'f32', 'f64', 'v128'];

/** Appends an instruction of the table, whatever its immediates. */
function append(f: FunctionBuilder, { name, access, lanes: laneCount }: Instruction): void {
  const immediates: readonly unknown[] = access > 0 && laneCount > 0 ? [{}, 0] : laneCount > 0 ? [0] : [];
  const op = f.op.bind(f) as (name: Opcode, ...immediates: readonly unknown[]) => void;
  op(name as Opcode, ...immediates);
}

/** A module of one function that does what the instruction's row says; `a` in it is `any`. */
function moduleOf(instruction: Instruction, any: ValueType): Uint8Array<ArrayBuffer> {
  const [params = [], results = []] = instruction.stack
    .split('->')
    .map((side) => side.split(' ').filter((word) => word !== ''))
    .map((side) => side.map((word) => valueTypes.find((type) => type === word) ?? any));
  const module = new ModuleBuilder();
  module.importMemory({ min: 1 });
  const f = module.func('f', params, results);
  for (const param of f.params) f.localGet(param);
  append(f, instruction);
  return module.build();
}

/** What the engine calls the first instruction of a function that lacks its operands. */
function engineName(instruction: Instruction): string | undefined {
  const module = new ModuleBuilder();
  module.importMemory({ min: 1 });
  append(module.func('f', []), instruction);
  try {
    return void new WebAssembly.Module(module.build());
  } catch (error) {
    return /on the stack for (\S+) \(need/.exec(String(error))?.[1];
  }
}

describe('the opcode tables', () => {
  const relaxed = Object.keys(relaxedOpcodes);
  const strict = [...instructions.values()].filter(({ name }) => !relaxed.includes(name));

  test.each(strict)('$name validates with the stack effect $stack', (instruction) => {
    for (const type of valueTypes) expect(WebAssembly.validate(moduleOf(instruction, type))).toBe(true);
  });

  test.each(strict.filter(({ stack }) => !stack.startsWith('->')))(
    'the engine reads $name by that name',
    (row) => {
      expect(engineName(row)).toBe(row.name);
    },
  );

  test('an engine refuses all relaxed instructions and nothing else, or none at all', () => {
    const refused = [...instructions.values()].filter((row) => !WebAssembly.validate(moduleOf(row, 'i32')));
    expect([[], relaxed]).toContainEqual(refused.map(({ name }) => name));
  });

  test('relaxed instructions have the opcodes 0xfd 0x105 to 0xfd 0x108', () => {
    expect(relaxed.map((name) => instructions.get(name)?.code)).toEqual(
      [0x85, 0x86, 0x87, 0x88].map((low) => [0xfd, low, 0x02]),
    );
  });
});
