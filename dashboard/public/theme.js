// Runs before the first paint, as a file of its own: the content security policy allows no inline
// script. Reads the only settings that are local to a browser.
(() => {
  const root = document.documentElement;
  let saved = {};
  try {
    saved = JSON.parse(localStorage.getItem("whyops.local") || "{}") || {};
  } catch {
    saved = {};
  }
  const dark =
    saved.theme === "dark" ||
    (saved.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.density = saved.density === "compact" ? "compact" : "comfortable";
})();
