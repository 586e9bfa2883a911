// The designer of a call: what was open stays open when a part of the page is drawn again, and a link to a place opens it.
(function () {
  "use strict";
  document.addEventListener("htmx:configRequest", function (event) {
    const open = Array.from(document.querySelectorAll("#editor details[data-entry][open]"));
    if (open.length && event.detail.verb === "post") {
      open.forEach(function (entry) { event.detail.formData.append("__open", entry.dataset.entry); });
    }
  });
  // Who types the words of a choice, walks through it with the arrows, or goes on to the next field changes something at the
  // first key: what depends on it is drawn again when they have come to the end, or the rest of the word would be lost or taken
  // by another control. hx-trigger="settled" stands on the control, or on a form that is drawn again whole.
  const PAUSE = 700;
  let typed = 0, waiting = 0;
  function settle(owner) {
    clearTimeout(waiting);
    const left = typed + PAUSE - Date.now();
    if (left > 0) waiting = setTimeout(settle, left, owner);
    else owner.dispatchEvent(new CustomEvent("settled"));
  }
  document.addEventListener("keydown", function (event) {
    if (event.target.matches("select, textarea, input:not([type=checkbox])") && event.key !== "Tab") typed = Date.now();
  });
  document.addEventListener("change", function (event) {
    const owner = event.target.closest("[hx-trigger='settled']");
    if (owner) settle(owner);
  });
  // A button that draws the same form again carries everything: nothing is left to wait for.
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.closest("#editor")) clearTimeout(waiting);
    event.detail.xhr.asked = Date.now();
  });
  // Typed on while the answer was on its way: it would undo that, so it is asked again.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const owner = event.detail.requestConfig.elt;
    if (!owner.matches("[hx-trigger='settled']") || typed < event.detail.xhr.asked) return;
    event.detail.shouldSwap = false;
    waiting = setTimeout(settle, 0, owner);
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
