/** Where and under which name a node was declared. The stack is captured at once and read only when asked for. */
export interface Origin {
  readonly name: string | null;
  /** `folder/file.ts:line` of the user's call, or null where the engine does not tell. */
  site(): string | null;
}

const { url } = import.meta as ImportMeta & { readonly url: string };
const ownFolder = url.slice(0, url.lastIndexOf('/') + 1);

class StackOrigin implements Origin {
  readonly name: string | null;
  readonly #stack: Error | null;

  constructor(name: string | null, stack: Error | null) {
    this.name = name;
    this.#stack = stack;
  }

  site(): string | null {
    return this.#stack?.stack ? siteInStack(this.#stack.stack) : null;
  }

  withName(name: string): StackOrigin {
    return new StackOrigin(name, this.#stack);
  }
}

/** The first frame outside this library, shortened to its last folder and file. */
function siteInStack(stack: string): string | null {
  for (const line of stack.split('\n').slice(1)) {
    const place = /(?:^at |\(|\s)((?:file:\/\/|\/|[A-Za-z]:[\\/]|https?:)[^()]*):(\d+):\d+\)?$/.exec(
      line.trim(),
    );
    if (!place?.[1]) continue;
    const file = place[1].startsWith('/') ? `file://${place[1]}` : place[1];
    if (file.startsWith(ownFolder) || file.includes('/node_modules/')) continue;
    return `${file.split('/').slice(-2).join('/')}:${place[2]}`;
  }
  return null;
}

/** Says where nodes are declared, while something else than the user declares them. */
let scope: ((name: string | null) => Origin | null) | null = null;

function inScope<T>(own: typeof scope, f: () => T): T {
  const before = scope;
  scope = own;
  try {
    return f();
  } finally {
    scope = before;
  }
}

/** What `f` declares comes from `origin`, not from where it is called: for passes of the compiler. */
export function declaredFor<T>(origin: Origin | null, f: () => T): T {
  return inScope((name) => (name === null ? origin : new StackOrigin(name, null)), f);
}

/** What `f` declares comes from where the user called the caller: for what declares many nodes at once. */
export function declaredAtOnce<T>(f: () => T): T {
  const stack = new Error('origin');
  return inScope((name) => new StackOrigin(name, stack), f);
}

/** The origin of a node that is being declared now. */
export function originHere(name: string | null): Origin | null {
  return scope ? scope(name) : new StackOrigin(name, new Error('origin'));
}

/** The same place under another name. */
export function renamed(origin: Origin | null, name: string): Origin | null {
  return origin instanceof StackOrigin ? origin.withName(name) : originHere(name);
}
