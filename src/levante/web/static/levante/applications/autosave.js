// Saves a section while it is written; keeps on this device what could not be saved and offers it back. Without it, the
// buttons of the page do the same. What is kept is of one person acting for one enterprise, for few days, never the bank
// coordinates, and goes when the person signs out (levante.js).
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
  const KEPT = "levante:kept:";
  const key = KEPT + words.keeper + ":" + words.application + ":" + words.section;
  const KEPT_DAYS = 3;
  const internal = new Set(["csrfmiddlewaretoken", "revision", "shown", "keep", "aside"]);
  // Names of the fields whose value is never kept here: bank coordinates.
  const unkept = new Set(Array.from(form.querySelectorAll("[data-unkept] [name]")).map(function (e) { return e.name; }));
  let timer = null, busy = false, again = false, savedAt = null, leaving = null, signedOut = false, expired = null, clean = snapshot();
  // Somebody else writes in this section (together.js): nothing is sent from here until the page is opened again.
  let held = form.querySelector("[data-writing]").disabled;

  function snapshot() {
    const values = [];
    new FormData(form).forEach(function (value, name) { if (!internal.has(name)) values.push([name, value]); });
    return JSON.stringify(values);
  }
  function keepable(text) {
    return JSON.parse(text).filter(function (pair) { return !unkept.has(pair[0]); });
  }
  function say(text) { if (stamp) stamp.textContent = text; }
  function remember() {
    if (signedOut || held) return;
    const kept = { at: Date.now(), revision: form.elements.revision.value, values: keepable(snapshot()) };
    try { localStorage.setItem(key, JSON.stringify(kept)); } catch (e) { /* private window */ }
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
    return box;
  }
  function put(values) {
    const named = {};
    values.forEach(function (pair) { (named[pair[0]] = named[pair[0]] || []).push(pair[1]); });
    Array.from(form.elements).forEach(function (element) {
      if (!element.name || internal.has(element.name) || unkept.has(element.name) || element.type === "submit") return;
      const mine = named[element.name] || [];
      if (element.type === "checkbox" || element.type === "radio") element.checked = mine.includes(element.value);
      else if (mine.length) element.value = mine[0];
    });
  }
  function schedule() {
    clearTimeout(timer);
    timer = setTimeout(save, 900);
  }
  // A new sign-in, in another tab, changed the secret that forms carry: those of this page carry the new one from then on.
  function carryTheSecret() {
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (found) document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach(function (one) { one.value = found[1]; });
  }
  function save(keep) {
    if (held) return;
    if (busy) { again = true; return; }
    if (snapshot() === clean && keep !== "mine") return;
    busy = true;
    if (expired) carryTheSecret();
    const sent = snapshot();
    const data = new FormData(form);
    if (keep === "mine") data.set("keep", "mine");
    remember();
    say(words.wordsSaving);
    fetch(form.action || location.href, {
      method: "POST", body: data, headers: { "X-Levante-Autosave": "1" }, credentials: "same-origin", redirect: "follow",
    }).then(function (response) {
      const json = (response.headers.get("Content-Type") || "").startsWith("application/json");
      if (response.status === 404) { over(words.home); return; }
      if (!response.ok || response.redirected || !json) {
        say("");
        leaving = null;
        expired = notice(words.wordsExpired, [{ label: words.wordsSignin, href: words.signin }]);
        return;
      }
      return response.json().then(function (answer) { done(answer, sent); });
    }).catch(function () {
      leaving = null;
      say(words.wordsOffline);
      setTimeout(schedule, 10000);
    }).finally(function () {
      busy = false;
      const more = again && snapshot() !== clean;
      again = false;
      if (more) { if (leaving) save(); else schedule(); return; }
      const go = leaving;
      leaving = null;
      if (go) go();
    });
  }
  // A page is left by a button only once what was written is saved: a session that ended meanwhile takes nothing away.
  function before(event, go) {
    if (held || snapshot() === clean) return;
    event.preventDefault();
    clearTimeout(timer);
    leaving = go;
    save();
  }
  // The answers whose conflict was told and is not decided: they are sent as such, and stay as they are saved.
  function setAside(names) {
    form.querySelectorAll("input[name=aside]").forEach(function (one) { one.remove(); });
    names.forEach(function (name) {
      const one = document.createElement("input");
      one.type = "hidden"; one.name = "aside"; one.value = name;
      form.append(one);
    });
  }
  // Sent, sealed or discarded meanwhile, in another tab: nothing can be written here any more.
  function over(href) {
    held = true;
    leaving = null;
    forget();
    say("");
    notice(words.wordsOver, [{ label: words.wordsLook, href: href }]);
  }
  function done(answer, sent) {
    if (answer.over) { over(answer.over); return; }
    clean = sent;
    // Signed in again meanwhile, in another tab: what it said is over.
    if (expired) { expired.remove(); expired = null; }
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
    setAside(answer.holder ? [] : conflicts.map(function (pair) { return pair[0]; }));
    if (!conflicts.length) { forget(); return; }
    leaving = null;
    if (answer.holder) {
      notice(words.wordsHeld.replace("#", answer.holder), [
        { label: words.wordsTake, run: function () { form.dispatchEvent(new CustomEvent("levante:take")); } },
      ]);
      return;
    }
    const text = conflicts.map(function (pair) {
      const label = form.querySelector('[data-field="' + pair[0] + '"] label, [data-field="' + pair[0] + '"] legend');
      return (label ? label.textContent.trim() : pair[0]) + ": " + words.wordsConflict + " " + pair[1];
    }).join("; ");
    const told = notices.querySelector("p");
    if (told && told.textContent === text) return;  // it stands there already, perhaps with a button in focus
    notice(text, [
      { label: words.wordsMine, run: function () { setAside([]); clean = ""; save("mine"); } },
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
  form.addEventListener("submit", function (event) {
    before(event, function () { clean = snapshot(); form.requestSubmit(event.submitter); });
  });
  form.addEventListener("levante:held", function () {
    clearTimeout(timer);
    if (snapshot() !== clean) remember();
    held = true;
  });
  window.addEventListener("online", schedule);
  window.addEventListener("focus", function () { if (expired) schedule(); });
  document.addEventListener("submit", function (event) {
    if (event.target.action.includes("/logout/")) signedOut = true;
  });
  window.addEventListener("pagehide", function () { if (!held && snapshot() !== clean) remember(); });
  document.querySelectorAll("form[data-upload]").forEach(function (upload) {
    upload.addEventListener("submit", function (event) {
      before(event, function () { upload.requestSubmit(event.submitter); });
    });
  });

  // What an earlier visit could not save. The clock of this device only says how old it is: whether something was saved
  // is told by the text itself, and by the revision it was written on, so that what others changed since is shown.
  function tooOld(kept) { return Date.now() - kept.at > KEPT_DAYS * 24 * 3600 * 1000; }
  function read(name) { try { return JSON.parse(localStorage.getItem(name)); } catch (e) { return null; } }
  try {
    Object.keys(localStorage).filter(function (name) { return name.startsWith(KEPT); }).forEach(function (name) {
      const found = read(name);
      if (!found || tooOld(found)) localStorage.removeItem(name);
    });
  } catch (e) { /* private window */ }
  const kept = read(key);
  if (held) return;  // offered when the section can be written in
  if (kept && JSON.stringify(kept.values) === JSON.stringify(keepable(clean))) forget();
  else if (kept) {
    notice(words.wordsFound, [
      { label: words.wordsRestore, run: function () { put(kept.values); form.elements.revision.value = kept.revision; save(); } },
      { label: words.wordsForget, run: forget },
    ]);
  }
})();
