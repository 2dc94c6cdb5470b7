/** Text that goes into HTML and SVG: a user's names never become markup. */

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (unit) => escapes[unit] ?? unit);
}

/** A hue for a kernel; neighbors differ clearly. */
export const hueOf = (kernel: number): number => Math.round((kernel * 137.508) % 360);
