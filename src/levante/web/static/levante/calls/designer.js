// The designer of a call: what was open stays open when a part of the page is drawn again, and a link to a place opens it.
(function () {
  "use strict";
  document.addEventListener("htmx:configRequest", function (event) {
    const open = Array.from(document.querySelectorAll("#editor details[data-entry][open]"));
    if (open.length && event.detail.verb === "post") {
      open.forEach(function (entry) { event.detail.formData.append("__open", entry.dataset.entry); });
    }
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
