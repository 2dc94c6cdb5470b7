/** Math kernels as JavaScript functions, from the same descriptions that every target uses. */
import { must } from '../../../src/errors.ts';
import type { Var } from '../../../src/kernel/language.ts';
import { mathKernels } from '../../../src/kernel/math/kernels.ts';
import type { FunctionPrim } from '../../../src/kernel/prims.ts';
import { Code, Lines, code } from '../code.ts';
import { Names } from '../names.ts';
import { helperNames } from './prims.ts';
import type { ScalarContext, Used } from './scalars.ts';
import { mathName, scalarCode } from './scalars.ts';

/** The functions of all kernels that `used` names, callees included, as source. */
export function writeMath(used: Used): Lines {
  const lines = new Lines();
  const done = new Set<FunctionPrim>();
  for (;;) {
    const next = [...used.math].find((prim) => !done.has(prim));
    if (!next) return lines;
    done.add(next);
    if (!lines.isEmpty) lines.add(code``);
    writeFunction(next, lines, used);
  }
}

function writeFunction(prim: FunctionPrim, lines: Lines, used: Used): void {
  const kernel = must(mathKernels[prim], `kernel ${prim}`);
  const names = new Names(helperNames);
  const vars = new Map<Var, Code>();
  const declare = (of: Var): Code => {
    const name = Code.name(names.fresh(of.name));
    vars.set(of, name);
    return name;
  };
  const params = kernel.params.map(declare);
  const context: ScalarContext = {
    lines,
    names,
    used,
    buffers: new Map(),
    axes: new Map(),
    vars,
    indices: new Set(),
  };
  lines.block(code`function ${Code.name(mathName(prim))}(${Code.join(params, ', ')})`, () => {
    for (const step of kernel.body) {
      const value = scalarCode(step.value, context);
      lines.add(code`const ${declare(step.var)} = ${value};`);
    }
    lines.add(code`return ${scalarCode(kernel.result, context)};`);
  });
}
