/** One parameter in several layers. */
import { AdjointError, nearest } from '../errors.ts';
import { showShape } from '../describe.ts';
import type { Size } from '../size.ts';
import { scopePath } from '../slot.ts';
import type { LazyParameter, Module } from './module.ts';
import { lazyParameters } from './module.ts';

/** The parameter `name` of a module, to share it. Throws E-NAME-UNKNOWN. */
export function parameterOf(module: Module, name: string): LazyParameter {
  const all = lazyParameters(module);
  const prefix = scopePath(module.module.scope);
  const names = all.map((own) => own.path().slice(prefix ? prefix.length + 1 : 0));
  const found = all[names.indexOf(name)];
  if (found) return found;
  const near = nearest(name, names);
  const hint = near ? `Did you mean ${near}?` : `Its parameters are ${names.join(', ') || 'none'}.`;
  throw new AdjointError('E-NAME-UNKNOWN', `${module.module.kind} has no parameter ${name}`, [], hint);
}

/** Throws E-SHAPE-LAYER unless a shared parameter has the shape that the layer needs. */
export function checkShared(layer: string, shared: LazyParameter, shape: readonly Size[]): void {
  if (showShape(shared.shape) === showShape(shape)) return;
  const headline = `${layer}: ${shared.path()} has shape ${showShape(shared.shape)}, not ${showShape(shape)}`;
  throw new AdjointError(
    'E-SHAPE-LAYER',
    headline,
    [],
    'Share a parameter of the shape that the layer needs.',
  );
}
