// The designer of a call: what was open stays open when a part of the page is drawn again, and a link to a place opens it.
(function () {
  "use strict";
  document.addEventListener("htmx:configRequest", function (event) {
    const open = Array.from(document.querySelectorAll("#editor details[data-entry][open]"));
    if (open.length && event.detail.verb === "post") {
      open.forEach(function (entry) { event.detail.formData.append("__open", entry.dataset.entry); });
    }
  });
  // Who types the words of a choice, or walks through it with the arrows, changes it at the first key: what depends on it is
  // drawn again when they have come to the end, or the rest of the word would be taken by another control.
  const PAUSE = 700;
  let typed = 0, waiting = 0;
  function settle(control) {
    clearTimeout(waiting);
    const left = typed + PAUSE - Date.now();
    if (control.tagName === "SELECT" && left > 0) waiting = setTimeout(settle, left, control);
    else control.dispatchEvent(new CustomEvent("settled"));
  }
  document.addEventListener("keydown", function (event) {
    if (event.target.tagName === "SELECT" && event.key !== "Tab") typed = Date.now();
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("[hx-trigger='settled']")) settle(event.target);
  });
  function show() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let around = target.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
    target.scrollIntoView();
    if (target.tabIndex >= 0 || target.hasAttribute("tabindex")) target.focus();
  }
  window.addEventListener("hashchange", show);
  show();
})();
