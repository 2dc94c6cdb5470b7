/** Names that the compiler makes. User text reaches emitted code only through here, as slugs. */

/** Lower-case letters, digits and underscores of `text`, beginning with a letter, at most 24. */
export function slug(text: string): string {
  const plain = text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '');
  return plain.slice(0, 24).replace(/_+$/, '') || 'value';
}

/** Words that JavaScript keeps, and names that an emitted module uses for itself. */
const reservedWords: readonly string[] = [
  ...'arguments await break case catch class const continue default delete do else enum eval export'.split(
    ' ',
  ),
  ...'false finally for function if import in let new null of return static switch this throw true'.split(
    ' ',
  ),
  ...'try var void while with yield undefined memory buffer bases units initial step evaluate'.split(' '),
  ...'predict start engine manifest layout create lanes number string boolean'.split(' '),
];

/** Hands out names that differ: the second `x` is `x_2`. */
export class Names {
  readonly #taken: Set<string>;
  #inBlock: string[] = [];

  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set([...reservedWords, ...reserved]);
  }

  /** Names for an inner scope, which may not repeat those of the outer one. */
  child(): Names {
    return new Names(this.#taken);
  }

  fresh(wish: string): string {
    for (let n = 1; ; n++) {
      const name = n === 1 ? wish : `${wish}_${n}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      this.#inBlock.push(name);
      return name;
    }
  }

  /** Names that `body` takes are free again after it: they are those of a block. */
  block(body: () => void): void {
    const outer = this.#inBlock;
    this.#inBlock = [];
    body();
    for (const name of this.#inBlock) this.#taken.delete(name);
    this.#inBlock = outer;
  }
}
