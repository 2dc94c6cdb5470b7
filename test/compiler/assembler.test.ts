import { describe, expect, test } from 'vitest';
import { ModuleBuilder } from '../../compiler/emit/wasm/assembler.ts';
import type { FunctionBuilder } from '../../compiler/emit/wasm/function-builder.ts';
import { assemble, instantiate } from './assemble.ts';
import type { Call } from './assemble.ts';

describe('control', () => {
  /** 1 + 2 + ... + n by a loop that leaves a block at zero. */
  function sum(f: FunctionBuilder<readonly ['i32']>, structure: 'callbacks' | 'pairs'): void {
    const [n] = f.params;
    const total = f.local('i32');
    const leave = (): FunctionBuilder<readonly ['i32']> => f.localGet(n).op('i32.eqz');
    const advance = (): void => {
      f.localGet(total).localGet(n).op('i32.add').localSet(total);
      f.localGet(n).i32Const(1).op('i32.sub').localSet(n);
    };
    if (structure === 'callbacks') {
      f.block((done) => {
        f.loop((again) => {
          leave().brIf(done);
          advance();
          f.br(again);
        });
      });
    } else {
      const done = f.beginBlock();
      const again = f.beginLoop();
      leave().brIf(done);
      advance();
      f.br(again).end().end();
    }
    f.localGet(total);
  }

  test('a loop sums 1 to 100', () => {
    expect(assemble(['i32'], ['i32'], (f) => sum(f, 'callbacks'))(100)).toBe(5050);
  });

  test('callbacks and begin/end pairs write the same bytes', () => {
    const [callbacks, pairs] = (['callbacks', 'pairs'] as const).map((structure) => {
      const f = new ModuleBuilder().func('f', ['i32'], ['i32']);
      sum(f, structure);
      return f.encode().finish();
    });
    expect(callbacks).toEqual(pairs);
  });

  test('branches leave the block that they name out of several nested ones', () => {
    const f = assemble(['i32'], ['i32'], (f) => {
      const [which] = f.params;
      f.block((outer) => {
        f.block((middle) => {
          f.block((inner) => {
            for (const [value, label] of [outer, middle, inner].entries()) {
              f.localGet(which).i32Const(value).op('i32.eq').brIf(label);
            }
          });
          f.i32Const(12).return();
        });
        f.i32Const(11).return();
      });
      f.i32Const(10);
    });
    expect([0, 1, 2].map((which) => f(which))).toEqual([10, 11, 12]);
  });

  test('if takes a result from either branch, and may have one branch only', () => {
    const f = assemble(['i32'], ['f64'], (f) => {
      const [test] = f.params;
      const bonus = f.local('f64');
      f.localGet(test).if(() => f.f64Const(0.25).localSet(bonus));
      f.localGet(test).if(
        () => f.f64Const(2),
        () => f.f64Const(3),
        'f64',
      );
      f.localGet(bonus).op('f64.add');
    });
    expect([f(1), f(0)]).toEqual([2.25, 3]);
  });

  test('a function calls one whose body comes later, itself, and an imported one', () => {
    const module = new ModuleBuilder();
    const report = module.importFunction('env', 'report', ['i32']);
    const f = module.func('f', ['i32'], ['i32']);
    const factorial = module.func('factorial', ['i32'], ['i32']);
    const [x] = f.params;
    f.localGet(x).call(report).localGet(x).call(factorial);
    const [n] = factorial.params;
    factorial.localGet(n).if(
      () => factorial.localGet(n).localGet(n).i32Const(1).op('i32.sub').call(factorial).op('i32.mul'),
      () => factorial.i32Const(1),
      'i32',
    );
    const reported: unknown[] = [];
    expect(instantiate(module.export('f', f), { report: (value: number) => reported.push(value) })(10)).toBe(
      3628800,
    );
    expect(reported).toEqual([10]);
  });

  test('misplaced control is refused where it is written', () => {
    const f = new ModuleBuilder().func('f', []);
    expect(() => f.end()).toThrow('internal: assembler: function f: end without an open block');
    const block = f.beginBlock();
    expect(() => f.else()).toThrow('else stands outside an if');
    expect(() => f.encode()).toThrow('1 open blocks at the end');
    f.end();
    expect(() => f.br(block)).toThrow('branch to a block that is not open');
    expect(() => f.loop(() => f.beginBlock())).toThrow('a loop closes others than it opened');
  });
});

describe('locals', () => {
  test('a released local is taken again by the next of its type', () => {
    const f = new ModuleBuilder().func('f', ['i32']);
    const first = f.local('f64');
    const other = f.local('i32');
    f.release(first);
    expect(f.local('i32').index).toBe(3);
    expect(f.local('f64').index).toBe(first.index);
    expect([first.index, other.index]).toEqual([1, 2]);
  });

  test('locals of all types, interleaved and reused, keep their values apart', () => {
    const f = assemble(['i32', 'f32'], ['f64'], (f) => {
      const [a, b] = f.params;
      const wide = f.local('f64');
      const temporary = f.local('i32');
      const vector = f.local('v128');
      f.localGet(a).i32Const(1).op('i32.add').localTee(temporary);
      f.op('f64.convert_i32_s').localSet(wide).release(temporary);
      f.localGet(b).op('f32x4.splat').localSet(vector);
      f.localGet(a).i32Const(2).op('i32.mul').localSet(f.local('i32'));
      f.localGet(wide).localGet(vector).op('f32x4.extract_lane', 3).op('f64.promote_f32').op('f64.add');
    });
    expect(f(4, 0.5)).toBe(5.5);
  });

  test('a local that is released, stale or of another function is refused', () => {
    const module = new ModuleBuilder();
    const f = module.func('f', []);
    const local = f.local('i32');
    expect(() => module.func('g', []).localGet(local)).toThrow('function g: i32 local 0 is not in use');
    f.release(local);
    expect(() => f.localGet(local)).toThrow('function f: i32 local 0 is not in use');
    expect(() => f.release(local)).toThrow('not in use');
    expect(() => f.localSet(f.local('i32'))).not.toThrow();
    expect(() => f.localTee(local)).toThrow('not in use');
  });
});

describe('modules', () => {
  test('globals of every type start at their value and can be set', () => {
    const module = new ModuleBuilder();
    const counter = module.global('i32', 2 ** 31 - 1);
    const long = module.global('i64', -(2n ** 63n));
    const single = module.global('f32', 0.1);
    const double = module.global('f64', -0);
    const f = module.func('f', [], ['i32', 'i64', 'f32', 'f64']);
    f.globalGet(counter).globalGet(long).globalGet(single).globalGet(double);
    f.globalGet(counter).i32Const(1).op('i32.sub').globalSet(counter);
    module.export('f', f).export('counter', counter);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.build()));
    expect((exports['f'] as Call)()).toEqual([2 ** 31 - 1, -(2n ** 63n), Math.fround(0.1), -0]);
    expect((exports['counter'] as WebAssembly.Global).value).toBe(2 ** 31 - 2);
  });

  test('data segments fill the imported memory, which can be exported too', () => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 4 });
    const module = new ModuleBuilder()
      .data(3, Uint8Array.of(1, 2, 3))
      .data(65536, new Uint8Array(1000).fill(7));
    module.export('memory', module.importMemory({ min: 2, max: 4 }, 'own', 'store'));
    const instance = new WebAssembly.Instance(new WebAssembly.Module(module.build()), {
      own: { store: memory },
    });
    expect([...new Uint8Array(memory.buffer, 0, 8)]).toEqual([0, 0, 0, 1, 2, 3, 0, 0]);
    expect(new Uint8Array(memory.buffer, 65536, 1001).reduce((sum, byte) => sum + byte)).toBe(7000);
    expect(instance.exports['memory']).toBe(memory);
  });

  test('equal function types are written once', () => {
    const module = new ModuleBuilder();
    for (const name of ['f', 'g']) module.func(name, ['i32', 'f64']);
    module.func('h', ['i32'], ['f64']).f64Const(0);
    const types = [0x01, 0x0b, 2, 0x60, 2, 0x7f, 0x7c, 0, 0x60, 1, 0x7f, 1, 0x7c];
    expect([...module.build()].slice(8, 8 + types.length)).toEqual(types);
  });

  test('an empty module is its header', () => {
    expect([...new ModuleBuilder().build()]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  });

  test('the name section names imported and own functions, after all other sections', () => {
    const module = new ModuleBuilder();
    module.importMemory({ min: 1 });
    module.importFunction('env', 'log', []);
    module.func('f', []).op('unreachable');
    module.data(0, Uint8Array.of(1));
    expect(WebAssembly.Module.customSections(new WebAssembly.Module(module.build()), 'name')).toHaveLength(0);
    const named = new WebAssembly.Module(module.build({ names: true }));
    const [section] = WebAssembly.Module.customSections(named, 'name');
    const log = [0, 3, 0x6c, 0x6f, 0x67];
    expect([...new Uint8Array(section ?? new ArrayBuffer())]).toEqual([1, 9, 2, ...log, 1, 1, 0x66]);
  });

  test('a second memory and an import behind a function are refused', () => {
    const module = new ModuleBuilder();
    module.importMemory({ min: 1 });
    expect(() => module.importMemory({ min: 1 })).toThrow('a module has one memory');
    module.func('f', []);
    expect(() => module.importFunction('env', 'late', [])).toThrow('import of late after the first function');
  });
});
