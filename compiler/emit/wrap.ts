/** Breaks statements that are too long for a line where prettier breaks them, so that it leaves modules as they are. */

/** Columns of a line, as this project formats its own code. */
const width = 110;

/** The parts of `text` between commas that stand in no brackets; null where a bracket closes that did not open. */
function splitArguments(text: string): string[] | null {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if ('([{'.includes(text.charAt(i))) depth++;
    else if (')]}'.includes(text.charAt(i))) depth--;
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
    if (depth < 0) return null;
  }
  return [...parts, text.slice(start).trim()];
}

const assignment = /^((?:const |let )?[\w[\] +*-]+ =) (.*);$/;
const oneCall = /^([\w.]+)\((.*)\)$/;

/** The lines of a statement at `depth` steps of indentation, without that indentation. */
export function wrapped(text: string, depth: number): readonly string[] {
  const parts = 2 * depth + text.length > width ? assignment.exec(text) : null;
  const [, target, value] = parts ?? [];
  // Choices break in another way, and text in quotes may hold anything.
  if (!target || !value || / \? |['"`]/.test(value)) return [text];
  const [, callee, inside] = oneCall.exec(value) ?? [];
  const args = inside === undefined ? null : splitArguments(inside);
  if (!callee || !args) return [target, `  ${value};`];
  return [`${target} ${callee}(`, ...args.map((arg) => `  ${arg},`), ');'];
}
