// Saves a section while it is written; keeps on this device what could not be saved and offers it back. Without it, the
// buttons of the page do the same.
(function () {
  "use strict";
  document.querySelectorAll("form[data-once]").forEach(function (form) {
    form.addEventListener("submit", function () {
      // The server makes one application anyway: this only shows that something is happening.
      setTimeout(function () { form.querySelectorAll("button").forEach(function (b) { b.disabled = true; }); }, 0);
    });
  });
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const words = form.dataset;
  const stamp = document.querySelector("[data-stamp]");
  const notices = form.querySelector("[data-notices]");
  const key = "levante:" + words.application + ":" + words.section;
  const WEEK = 7 * 24 * 3600 * 1000;
  const internal = new Set(["csrfmiddlewaretoken", "revision", "shown", "keep"]);
  let timer = null, busy = false, again = false, savedAt = null, clean = snapshot();

  function snapshot() {
    const values = [];
    new FormData(form).forEach(function (value, name) { if (!internal.has(name)) values.push([name, value]); });
    return JSON.stringify(values);
  }
  function say(text) { if (stamp) stamp.textContent = text; }
  function remember() {
    try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: JSON.parse(snapshot()) })); } catch (e) { /* private window */ }
  }
  function forget() { try { localStorage.removeItem(key); } catch (e) { /* private window */ } }
  function notice(text, buttons) {
    const box = document.createElement("div");
    box.className = "alert alert-warning";
    box.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = text;
    box.append(words);
    buttons.forEach(function (item) {
      const button = document.createElement(item.href ? "a" : "button");
      button.className = "btn btn-outline-primary btn-sm me-2";
      button.textContent = item.label;
      if (item.href) button.href = item.href;
      else { button.type = "button"; button.addEventListener("click", function () { item.run(); box.remove(); }); }
      box.append(button);
    });
    notices.replaceChildren(box);
  }
  function put(values) {
    const named = {};
    values.forEach(function (pair) { (named[pair[0]] = named[pair[0]] || []).push(pair[1]); });
    Array.from(form.elements).forEach(function (element) {
      if (!element.name || internal.has(element.name) || element.type === "submit") return;
      const mine = named[element.name] || [];
      if (element.type === "checkbox" || element.type === "radio") element.checked = mine.includes(element.value);
      else if (mine.length) element.value = mine[0];
    });
  }
  function schedule() {
    clearTimeout(timer);
    timer = setTimeout(save, 900);
  }
  function save(keep) {
    if (busy) { again = true; return; }
    if (snapshot() === clean && keep !== "mine") return;
    busy = true;
    const sent = snapshot();
    const data = new FormData(form);
    if (keep === "mine") data.set("keep", "mine");
    remember();
    say(words.wordsSaving);
    fetch(form.action || location.href, {
      method: "POST", body: data, headers: { "X-Levante-Autosave": "1" }, credentials: "same-origin", redirect: "follow",
    }).then(function (response) {
      const json = (response.headers.get("Content-Type") || "").startsWith("application/json");
      if (!response.ok || response.redirected || !json) {
        say("");
        notice(words.wordsExpired, [{ label: words.wordsSignin, href: words.signin }]);
        return;
      }
      return response.json().then(function (answer) { done(answer, sent); });
    }).catch(function () {
      say(words.wordsOffline);
      setTimeout(schedule, 10000);
    }).finally(function () {
      busy = false;
      if (again) { again = false; schedule(); }
    });
  }
  function done(answer, sent) {
    clean = sent;
    form.elements.revision.value = answer.revision;
    savedAt = Date.now();
    show();
    const visible = new Set(answer.visible);
    document.querySelectorAll("[data-field]").forEach(function (place) {
      if (place.parentElement.closest("[data-field]")) return;
      place.hidden = !visible.has(place.dataset.field);
    });
    Object.entries(answer.computed).forEach(function (pair) {
      const place = form.querySelector('[data-field="' + pair[0] + '"] [data-computed]');
      if (place) place.textContent = pair[1];
    });
    form.querySelectorAll("[data-live-error]").forEach(function (place) { place.remove(); });
    Object.entries(answer.wrong).forEach(function (pair) {
      const input = document.getElementById(pair[0]);
      if (!input || input === document.activeElement) return;
      const line = document.createElement("p");
      line.className = "lv-field-error";
      line.dataset.liveError = "";
      line.textContent = pair[1];
      input.insertAdjacentElement("beforebegin", line);
    });
    const conflicts = Object.entries(answer.conflicts);
    if (!conflicts.length) { forget(); return; }
    const text = conflicts.map(function (pair) {
      const label = form.querySelector('[data-field="' + pair[0] + '"] label, [data-field="' + pair[0] + '"] legend');
      return (label ? label.textContent.trim() : pair[0]) + ": " + words.wordsConflict + " " + pair[1];
    }).join("; ");
    notice(text, [
      { label: words.wordsMine, run: function () { clean = ""; save("mine"); } },
      { label: words.wordsTheirs, run: function () { forget(); location.reload(); } },
    ]);
  }
  function show() {
    if (savedAt === null) return;
    const seconds = Math.round((Date.now() - savedAt) / 1000);
    say(words.wordsSaved + " " + (seconds < 2 ? words.wordsNow : words.wordsAgo.replace("#", seconds)));
  }
  setInterval(function () { if (!busy) show(); }, 5000);
  form.addEventListener("input", schedule);
  form.addEventListener("change", schedule);
  form.addEventListener("submit", function () { clean = snapshot(); remember(); });
  window.addEventListener("online", schedule);
  document.querySelectorAll("form[data-upload]").forEach(function (upload) {
    upload.addEventListener("submit", function () { if (snapshot() !== clean) { remember(); save(); } });
  });

  // What an earlier visit could not save.
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(key)); } catch (e) { kept = null; }
  if (kept && Date.now() - kept.at > WEEK) { forget(); kept = null; }
  if (kept && JSON.stringify(kept.values) === clean) { forget(); kept = null; }
  if (kept && kept.at > Date.parse(words.saved)) {
    notice(words.wordsFound, [
      { label: words.wordsRestore, run: function () { put(kept.values); save(); } },
      { label: words.wordsForget, run: forget },
    ]);
  } else if (kept) { forget(); }
})();
