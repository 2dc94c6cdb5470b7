/** Writes convolutions in the way that suits them. */
import { must } from '../../../../src/errors.ts';
import type { Context } from '../kernels/context.ts';
import type { Convolution } from './match.ts';
import { writeOverPlaces } from './over-places.ts';
import { writeOverTaps } from './over-taps.ts';

/** Lanes run over places where there are more of them side by side than terms; false where no way suits. */
export function writeConvolution(context: Context, convolution: Convolution): boolean {
  const { places, reduced } = convolution;
  const [place, term] = [must(places.at(-1), 'place').size, must(reduced.at(-1), 'term').size];
  const manyPlaces = typeof term === 'number' && typeof place === 'number' && place >= term;
  const [first, second] = manyPlaces ? [writeOverPlaces, writeOverTaps] : [writeOverTaps, writeOverPlaces];
  return first(context, convolution) || second(context, convolution);
}
