// One's meetings on a telephone: which is now and which is next by its own clock; what one says of them is kept here until the network takes it.
(function () {
  "use strict";
  const box = document.querySelector("[data-mine]");
  const blank = box && box.querySelector("template[data-say-form]");
  if (!blank) return;
  const words = box.dataset;
  // Of this person, for this one that comes: another who signs in here neither reads it nor sends it.
  const key = "levante-said:" + words.mine;
  const state = box.querySelector("[data-mine-state]");
  const links = Array.from(box.querySelectorAll("a[data-say]"));

  function waiting() {
    try { return JSON.parse(localStorage.getItem(key)) || []; } catch (error) { return []; }
  }
  let signedOut = false;
  function keep(rows) {
    localStorage.setItem(key, JSON.stringify(rows));
    if (!rows.length) return;
    state.textContent = words.waiting + " " + rows.length + ". ";
    if (!signedOut) return;
    const again = document.createElement("a");
    again.href = location.pathname;
    again.textContent = words.sign;
    state.append(again);
  }

  function tick() {
    const now = Date.now();
    let next = false;
    box.querySelectorAll("[data-panel]").forEach(function (one) {
      const starts = Date.parse(one.dataset.starts);
      const isNow = starts <= now && now < Date.parse(one.dataset.ends);
      const isNext = !next && starts > now;
      next = next || isNext;
      one.hidden = !isNow && !isNext;
      one.querySelector("[data-now]").hidden = !isNow;
      one.querySelector("[data-next]").hidden = isNow;
    });
    links.forEach(function (link) {
      link.hidden = Date.parse(link.closest("li").dataset.starts) > now;
    });
  }

  function valuesOf(form) {
    const values = { confidential: false };
    new FormData(form).forEach(function (value, name) { if (name !== "csrfmiddlewaretoken") values[name] = value; });
    return values;
  }
  function close(link) {
    const form = link.closest("li").querySelector("form");
    if (form) form.remove();
    link.focus();
  }
  function open(link, error) {
    const item = link.closest("li");
    if (item.querySelector("form")) return;
    // One at a time: the fields have their names once. What was begun in another is there when it is opened again.
    box.querySelectorAll("li > form").forEach(function (one) {
      one.closest("li").querySelector("a[data-say]").dataset.say = JSON.stringify(valuesOf(one));
      one.remove();
    });
    item.append(blank.content.cloneNode(true));
    const form = item.querySelector("form");
    form.setAttribute("aria-label", link.getAttribute("aria-label"));
    const said = link.dataset.say ? JSON.parse(link.dataset.say) : {};
    Array.from(form.elements).forEach(function (field) {
      if (!(field.name in said) || field.name === "csrfmiddlewaretoken") return;
      if (field.type === "radio") field.checked = field.value === said[field.name];
      else if (field.type === "checkbox") field.checked = Boolean(said[field.name]);
      else field.value = said[field.name];
    });
    form.querySelector("[data-say-back]").addEventListener("click", function () { close(link); });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const at = new Date().toISOString();
      const row = {
        url: link.getAttribute("href"), values: valuesOf(form), at: at, key: at + "-" + Math.random().toString(36).slice(2),
      };
      keep(waiting().filter(function (one) { return one.url !== row.url; }).concat([row]));
      told(link, row.values);
      close(link);
      send();
    });
    if (error) {
      const why = document.createElement("p");
      why.setAttribute("role", "alert");
      why.textContent = error;
      form.prepend(why);
    }
    form.querySelector("input:not([type=hidden])").focus();
  }
  function told(link, values) {
    link.dataset.say = JSON.stringify(values);
    link.textContent = words.change;
  }
  links.forEach(function (link) {
    const kept = waiting().find(function (row) { return row.url === link.getAttribute("href"); });
    if (kept) told(link, kept.values);
    link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(link);
    });
  });

  let sending = false;
  function send() {
    const row = waiting()[0];
    if (!row || sending) return;
    sending = true;
    const body = new URLSearchParams();
    Object.keys(row.values).forEach(function (name) {
      if (row.values[name] !== false) body.append(name, row.values[name] === true ? "on" : row.values[name]);
    });
    body.append("key", row.key);
    body.append("at", row.at);
    const token = blank.content.querySelector("[name=csrfmiddlewaretoken]").value;
    let more = false;
    fetch(row.url, {
      method: "POST", headers: { "X-CSRFToken": token }, body: body, credentials: "same-origin", redirect: "manual",
    }).then(function (answer) {
      // Only the answer that says that it was taken empties what is kept: a page of sign-in is an answer too.
      signedOut = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
      if (signedOut || answer.status >= 500) throw new Error(String(answer.status));
      return answer.json().catch(function () { return {}; });
    }).then(function (said) {
      keep(waiting().filter(function (one) { return one.key !== row.key; }));
      more = true;
      const link = links.find(function (one) { return one.getAttribute("href") === row.url; });
      if (!said.kept) {
        state.textContent = said.error || words.refused;
        if (link && !box.querySelector("li > form")) open(link, said.error || words.refused);
        return;
      }
      if (!waiting().length) state.textContent = words.thanks;
      // What the telephone keeps of this page knows of it from now on (site/phone/worker.js).
      const worker = navigator.serviceWorker && navigator.serviceWorker.controller;
      if (worker) worker.postMessage({ keep: location.pathname, fresh: true });
    }).catch(function () { keep(waiting()); }).finally(function () {
      sending = false;
      if (more) send();
    });
  }

  function again() { tick(); send(); }
  window.addEventListener("online", again);
  // A telephone taken out again: the network may have come back while nobody looked, and no event tells it.
  document.addEventListener("visibilitychange", function () { if (!document.hidden) again(); });
  window.setInterval(again, 30000);
  keep(waiting());
  again();
})();
