// Levante: progressive enhancement only; every page works without it.
(function () {
  "use strict";
  const body = document.body;
  const italian = document.documentElement.lang.startsWith("it");

  // The menu on phones.
  const button = document.querySelector(".lv-menu-button");
  const menu = document.getElementById("menu");
  if (button && menu) {
    button.addEventListener("click", function () {
      const open = menu.classList.toggle("lv-open");
      button.setAttribute("aria-expanded", String(open));
    });
  }

  // Bootstrap Italia's behaviours (a megabyte) only where a page uses them.
  if (document.querySelector("[data-bs-toggle]")) {
    const script = document.createElement("script");
    script.src = body.dataset.bundle;
    document.head.append(script);
  }

  // A menu made of <details> closes with Esc and with a click elsewhere.
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.lv-person[open]").forEach(function (box) {
      if (!box.contains(event.target)) box.open = false;
    });
  });

  // Count-downs follow the server's clock, not the visitor's.
  const skew = Date.parse(body.dataset.clock) - Date.now();
  const units = italian
    ? [[86400, "giorno", "giorni"], [3600, "ora", "ore"], [60, "minuto", "minuti"], [1, "secondo", "secondi"]]
    : [[86400, "day", "days"], [3600, "hour", "hours"], [60, "minute", "minutes"], [1, "second", "seconds"]];
  function timeLeft(milliseconds) {
    let seconds = Math.floor(milliseconds / 1000);
    if (seconds <= 0) return null;
    const counts = units.map(function (unit) {
      const count = Math.floor(seconds / unit[0]);
      seconds -= count * unit[0];
      return count;
    });
    const first = counts.findIndex(Boolean);
    return counts.slice(first, first + 2)
      .map(function (count, i) { const unit = units[first + i]; return count ? count + " " + unit[count === 1 ? 1 : 2] : ""; })
      .filter(Boolean).join(italian ? " e " : " and ");
  }
  function tick() {
    document.querySelectorAll("[data-countdown]").forEach(function (place) {
      const left = timeLeft(Date.parse(place.dataset.countdown) - Date.now() - skew);
      place.textContent = left || (italian ? "tempo scaduto" : "time is over");
      place.classList.toggle("lv-countdown-over", !left);
    });
  }
  if (document.querySelector("[data-countdown]")) { tick(); setInterval(tick, 1000); }

  // On a phone the rows of a list (data-rows), and of other wide tables (data-cards), are cards, where each cell says the name of its column. Roles are written because a row
  // that is drawn as a block is no longer read as a row.
  function cards(place) {
    place.querySelectorAll("table.lv-table:is([data-rows],[data-cards]):not(.lv-cards)").forEach(function (table) {
      const heads = Array.from(table.querySelectorAll("thead th"));
      const lines = Array.from(table.querySelectorAll("tbody tr"));
      // A line across the whole table (where the money ends) is no card and stays a line.
      const whole = function (line) { return line.cells.length === 1 && line.cells[0].colSpan === heads.length; };
      if (!heads.length || lines.some(function (line) { return line.cells.length !== heads.length && !whole(line); })) return;
      table.setAttribute("role", "table");
      table.querySelectorAll("thead, tbody").forEach(function (group) { group.setAttribute("role", "rowgroup"); });
      table.querySelectorAll("tr").forEach(function (line) { line.setAttribute("role", "row"); });
      heads.forEach(function (head) { head.setAttribute("role", "columnheader"); });
      lines.forEach(function (line) {
        Array.from(line.cells).forEach(function (cell, i) {
          cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
          if (whole(line)) return;
          const label = heads[i].querySelector(".visually-hidden") ? "" : heads[i].textContent.trim();
          const filled = cell.textContent.trim() || cell.querySelector("input, select, textarea");
          if (label && cell.tagName === "TD" && filled) cell.dataset.label = label;
        });
      });
      table.classList.add("lv-cards");
    });
  }
  cards(document);
  document.addEventListener("htmx:load", function (event) { cards(event.target.parentElement || document); });

  // Keyboard on lists: / search, j k rows, e open, ? help. Not while writing, not with modifiers.
  let row = -1;
  function rows() { return Array.from(document.querySelectorAll("[data-rows] tbody tr, ul[data-rows] > li, ol[data-rows] > li")); }
  function goTo(place) {
    const all = rows();
    if (!all.length) return;
    all.forEach(function (item) { item.classList.remove("lv-here"); });
    row = Math.max(0, Math.min(all.length - 1, place));
    all[row].classList.add("lv-here");
    const link = all[row].querySelector("a");
    if (link) link.focus({ preventScroll: true });
    all[row].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      document.querySelectorAll("details.lv-person[open]").forEach(function (box) { box.open = false; box.querySelector("summary").focus(); });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const help = document.getElementById("shortcuts");
    if (event.key === "/") {
      const search = document.querySelector("[data-shortcut-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "?" && help) {
      event.preventDefault();
      if (help.open) help.close(); else help.showModal();
    } else if (event.key === "j" && help) { goTo(row + 1); }
    else if (event.key === "k" && help) { goTo(row - 1); }
    else if (event.key === "e" && help && row >= 0) {
      const link = rows()[row] && rows()[row].querySelector("a");
      if (link) link.click();
    } else if (/^[a-z]$/.test(event.key)) {
      const own = document.querySelector("[data-key='" + event.key + "']");  // a key of this page alone
      if (own) { event.preventDefault(); own.click(); }
    }
  });
  // Ctrl+Enter, from wherever one is writing, is the form's main button.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest("form[data-ctrl-enter]");
    const button = form && form.querySelector("[data-main]");
    if (button) { event.preventDefault(); button.click(); }
  });

  // A second click sends nothing more. The form is marked, not its button disabled: a disabled button would lose its value.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented) return;  // it is not going: what was written is being saved first (autosave.js)
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    delete form.dataset.changed;
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // <form data-autosave="URL"> (without an address, applications/autosave.js saves it): saves two seconds after the last change and says when; <form data-guard>: warns on leaving.
  document.querySelectorAll('form[data-autosave]:not([data-autosave=""])').forEach(function (form) {
    const stamp = form.querySelector("[data-saved]");
    let timer = 0, savedAt = 0, running = false, again = false;
    function say(text) { if (stamp) stamp.textContent = text; }
    function save() {
      if (running) { again = true; return; }
      running = true;
      const version = form.dataset.changed;
      fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, credentials: "same-origin" })
        .then(function (answer) {
          if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
          savedAt = Date.now();
          if (form.dataset.changed === version) delete form.dataset.changed;
          form.dispatchEvent(new CustomEvent("levante:saved", { bubbles: true }));
        })
        .catch(function () {
          savedAt = 0;
          say(italian ? "Non salvato: controlla la connessione o accedi di nuovo. Quello che hai scritto è ancora qui." : "Not saved: check the connection or sign in again. What you wrote is still here.");
        })
        .finally(function () { running = false; if (again) { again = false; save(); } });
    }
    form.addEventListener("input", function () {
      form.dataset.changed = String(Date.now());
      clearTimeout(timer);
      timer = setTimeout(save, 2000);
    });
    setInterval(function () {
      if (!savedAt) return;
      const seconds = Math.round((Date.now() - savedAt) / 1000);
      const minutes = Math.floor(seconds / 60);
      say(minutes ? (italian ? "salvato " + minutes + " min fa" : "saved " + minutes + " min ago")
        : (italian ? "salvato " + seconds + " secondi fa" : "saved " + seconds + " seconds ago"));
    }, 1000);
  });
  document.addEventListener("input", function (event) {  // also of a form that a fragment brought
    const form = event.target.closest && event.target.closest("form[data-guard]");
    if (form) form.dataset.changed = String(Date.now());
  });
  window.addEventListener("beforeunload", function (event) {
    if (document.querySelector("form[data-changed]:not([data-sent])")) event.preventDefault();
  });

  // <form data-drop>: a file dropped anywhere on the page is handed in at once.
  const drop = document.querySelector("form[data-drop]");
  if (drop) {
    const input = drop.querySelector("input[type=file]");
    const carries = function (event) { return event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files"); };
    document.addEventListener("dragover", function (event) {
      if (carries(event)) { event.preventDefault(); input.classList.add("lv-drop-over"); }
    });
    document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) input.classList.remove("lv-drop-over"); });
    document.addEventListener("drop", function (event) {
      if (!carries(event) || !event.dataTransfer.files.length) return;
      event.preventDefault();
      input.files = event.dataTransfer.files;
      drop.requestSubmit();
    });
  }

  // A saved text goes where the caret is: chosen in the list, then Enter or the button beside it.
  document.querySelectorAll("[data-wordings]").forEach(function (box) {
    const list = box.querySelector("select");
    const target = document.getElementById(box.dataset.wordings);
    function put() {
      const text = list.selectedOptions.length ? list.selectedOptions[0].dataset.text : "";
      if (!text || !target) return;
      const before = target.value.slice(0, target.selectionStart);
      target.setRangeText((before && !/\s$/.test(before) ? "\n" : "") + text, target.selectionStart, target.selectionEnd, "end");
      target.dispatchEvent(new Event("input", { bubbles: true }));
      target.focus();
    }
    list.addEventListener("keydown", function (event) {
      if (event.key === "Enter") { event.preventDefault(); put(); }
    });
    box.querySelector("button").addEventListener("click", put);
    box.hidden = false;
  });

  // The map says in words what the pointer or the focus is on.
  document.querySelectorAll("[data-map]").forEach(function (map) {
    const says = map.parentElement.querySelector("[data-map-says]");
    ["mouseover", "focusin"].forEach(function (name) {
      map.addEventListener(name, function (event) {
        const area = event.target.closest("[data-says]");
        if (area && says) says.textContent = area.dataset.says;
      });
    });
  });

  // What was kept on this device for who signs out goes with them.
  document.querySelectorAll('form[action*="/logout/"]').forEach(function (form) {
    form.addEventListener("submit", function () {
      try {
        Object.keys(localStorage).filter(function (name) { return name.startsWith("levante:kept:"); })
          .forEach(function (name) { localStorage.removeItem(name); });
      } catch (e) { /* private window */ }
      if (window.caches) caches.delete("levante-kept-pages");  // site/phone/worker.js
    });
  });

  // Errors of a form come first: the summary takes the focus.
  const errors = document.querySelector("[data-errors]");
  if (errors) errors.focus();
})();
