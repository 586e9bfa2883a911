// Whether a meeting was held, told at the desk: kept on this telephone, sent when the network is back. What another said meanwhile stays.
(function () {
  "use strict";
  const line = document.querySelector("[data-held-state]");
  if (!line) return;
  const words = line.dataset;
  const key = "levante-held:" + words.heldState;

  function waiting() {
    try { return JSON.parse(localStorage.getItem(key)) || []; } catch (error) { return []; }
  }
  let signedOut = false;
  function keep(rows) {
    localStorage.setItem(key, JSON.stringify(rows));
    line.hidden = !rows.length;
    if (!rows.length) return;
    line.textContent = words.waiting + " " + rows.length + ". ";
    if (!signedOut) return;
    const again = document.createElement("a");
    again.href = location.href;
    again.textContent = words.sign;
    line.append(again);
  }
  function press(form, value) {
    form.querySelectorAll("button").forEach(function (one) { one.setAttribute("aria-pressed", String(one.value === value)); });
  }
  function formOf(row) {
    return Array.from(document.querySelectorAll("form.lv-told")).find(function (one) { return one.getAttribute("action") === row.url; });
  }
  function show() {
    waiting().forEach(function (row) { const form = formOf(row); if (form) press(form, row.held); });
  }

  let sending = false;
  function send() {
    const row = waiting()[0];
    if (!row || sending) return;
    sending = true;
    let more = false;
    fetch(row.url, {
      method: "POST", headers: { "X-CSRFToken": words.token }, credentials: "same-origin", redirect: "manual",
      body: new URLSearchParams({ held: row.held, was: row.was, kept: "1" }),
    }).then(function (answer) {
      // Only the answer that says that it was taken empties what is kept: a page of sign-in is an answer too.
      signedOut = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
      if (signedOut || answer.status >= 500) throw new Error(String(answer.status));
      return answer.json().catch(function () { return {}; });
    }).then(function (said) {
      more = true;
      keep(waiting().filter(function (one) { return one.at !== row.at || one.url !== row.url; }));
      if (said.kept) return;
      const form = formOf(row);
      if (form) press(form, said.now || "");
      line.hidden = false;
      line.textContent = row.who + ": " + (said.error || words.refused);
      more = waiting().length > 0;
    }).catch(function () { keep(waiting()); }).finally(function () {
      sending = false;
      if (more) send();
    });
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("form.lv-told") || !event.submitter) return;
    event.preventDefault();
    const url = form.getAttribute("action");
    const before = waiting().find(function (row) { return row.url === url; });
    const pressed = form.querySelector("button[aria-pressed='true']");
    // What the page said of it before anything was told here.
    const was = before ? before.was : pressed ? pressed.value : "";
    const row = { url: url, held: event.submitter.value, was: was, at: new Date().toISOString(), who: form.dataset.who };
    keep(waiting().filter(function (one) { return one.url !== url; }).concat([row]));
    press(form, row.held);
    send();
  });
  document.body.addEventListener("htmx:afterSwap", show);
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) send(); });
  window.setInterval(send, 30000);
  keep(waiting());
  show();
  send();
})();
