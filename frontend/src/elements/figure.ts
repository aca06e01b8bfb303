// figure writes a count in the digits of the page's language, 0 to 9 in one string; none: in those of a script.
export const figure = (n: number, digits: string | undefined): string =>
  String(n).replace(/\d/g, (d) => digits === undefined ? d : Array.from(digits)[Number(d)] ?? d);
