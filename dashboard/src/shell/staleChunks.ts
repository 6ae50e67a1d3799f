/**
 * After an upgrade the old page asks for chunks that are gone. The first time the page is loaded
 * anew by itself; if that does not help, the error page says so.
 */
const KEY = "whyops.reloaded";
const AGAIN_AFTER_MS = 30_000;

export function installReload(): void {
  window.addEventListener("vite:preloadError", (event) => {
    const last = Number(sessionStorage.getItem(KEY) ?? 0);
    if (Date.now() - last < AGAIN_AFTER_MS) return;
    event.preventDefault();
    sessionStorage.setItem(KEY, String(Date.now()));
    window.location.reload();
  });
}
