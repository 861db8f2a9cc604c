// Keys of the review pages: whatever carries data-keys is clicked (or, a field, entered) by those keys.
// Without this file the same page works by its buttons.
"use strict";
(() => {
  const isField = (element) => element.matches("input, select, textarea");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (isField(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "Enter" && event.target.matches("a, button, summary")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const wanted = document.querySelector(`[data-keys~="${CSS.escape(key)}"]`);
    if (!wanted) return;
    event.preventDefault();
    if (isField(wanted)) wanted.focus();
    else wanted.click();
  });

  // A region that is filled after the page has loaded is read aloud; one that comes with it is not.
  const live = document.getElementById("live");
  const said = document.querySelector("[data-say]");
  if (live && said) setTimeout(() => { live.textContent = said.dataset.say; }, 150);

  // A second press while the answer travels must not fall on the next case.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
})();
