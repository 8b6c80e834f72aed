// Runs before the first paint, as a file of its own because the content security policy forbids inline
// scripts: puts the chosen theme and language on <html>, so that nothing flashes.
(() => {
  var root = document.documentElement;
  var read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch (_e) {
      return null;
    }
  };
  var theme = read("danqing.theme");
  var dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  var meta = document.querySelector('meta[name="theme-color"]');
  if (dark && meta) meta.setAttribute("content", "#131416");
  var language = read("danqing.locale");
  if (language) root.lang = language;
})();
