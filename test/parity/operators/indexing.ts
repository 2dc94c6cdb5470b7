/** Selection by computed indices. */
import { embedding, embeddingBag, gather, oneHot, scatterAdd, take } from 'adjoint';
import type { Float, Integer, Rows } from './row.ts';
import { given } from './row.ts';

type Indexed = { readonly input: Float; readonly index: Integer };
type Along = { readonly dim: number };
type Table = { readonly input: Integer; readonly weight: Float };

export const indexingRows: Rows = {
  gather: ({ input, index }: Indexed, { dim }: Along) => gather(input, index, { axis: dim }),
  index_select: ({ input, index }: Indexed, { dim }: Along) => take(input, index, { axis: dim }),
  scatter_add: ({ input, index, src }: Indexed & { src: Float }, { dim }: Along) =>
    scatterAdd(input, index, src, { axis: dim }),
  one_hot: ({ input }: { input: Integer }, { num_classes }: { num_classes: number }) =>
    oneHot(input, num_classes),
  embedding: ({ input, weight }: Table, { padding_idx }: { padding_idx: number | null }) =>
    embedding(input, weight, given('paddingIndex', padding_idx)),
  embedding_bag: ({ input, weight }: Table, { mode }: { mode: 'sum' | 'mean' }) =>
    embeddingBag(input, weight, { mode }),
};
