/** The tensors of a start by name. */
import type { Tensor, Tensors } from '../workload.ts';

export function tensorNamed(tensors: Tensors, name: string): Tensor {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`there is no tensor ${name}: ${Object.keys(tensors).join(', ')}`);
  return tensor;
}

export function floatsNamed(tensors: Tensors, name: string): Float32Array {
  const { data } = tensorNamed(tensors, name);
  if (data instanceof Float32Array) return data;
  throw new Error(`${name} holds no floats`);
}
