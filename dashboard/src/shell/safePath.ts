/** Where a login may lead to: a plain path of this page, else the start page. */
export function safePath(to: string | undefined): string {
  if (!to || to.length > 2000 || !/^\/[A-Za-z0-9_-]/.test(to)) return "/";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u0020\u007f\\]/.test(to)) return "/";
  const path = to.split(/[?#]/, 1)[0] ?? "";
  if (!/^(\/[A-Za-z0-9_.-]+)+\/?$/.test(path) || /\/\.\.?(\/|$)/.test(path)) return "/";
  return /^\/(p|invite)(\/|$)/.test(path) ? to : "/";
}
