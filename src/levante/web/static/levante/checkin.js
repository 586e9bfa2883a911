// Arrivals told without a network: kept on this telephone, sent when the network is back, as often as it takes.
(function () {
  "use strict";
  const box = document.querySelector("[data-checkin]");
  if (!box) return;
  const address = box.dataset.checkin;
  const key = "levante-checkin:" + address;
  const state = box.querySelector("[data-checkin-state]");
  const italian = document.documentElement.lang.startsWith("it");
  const token = (box.querySelector("[name=csrfmiddlewaretoken]") || {}).value;

  function waiting() {
    try { return JSON.parse(localStorage.getItem(key)) || []; } catch (error) { return []; }
  }
  let signedOut = false;
  function keep(rows) {
    localStorage.setItem(key, JSON.stringify(rows));
    if (rows.length && signedOut) {
      state.replaceChildren(rows.length + (italian
        ? (rows.length === 1 ? " arrivo resta" : " arrivi restano") + " su questo telefono: "
        : (rows.length === 1 ? " arrival stays" : " arrivals stay") + " on this telephone: "));
      const again = document.createElement("a");
      again.href = location.pathname;
      again.textContent = italian ? "accedi di nuovo per inviarli" : "sign in again to send them";
      state.append(again);
      return;
    }
    const one = rows.length === 1;
    state.textContent = !rows.length ? "" : italian
      ? rows.length + (one ? " arrivo salvato" : " arrivi salvati") + " sul telefono, da inviare"
      : rows.length + (one ? " arrival" : " arrivals") + " kept on this telephone, to be sent";
  }
  function mark(number) {
    const row = document.getElementById(String(number));
    const form = row && row.querySelector("[data-checkin-form]");
    if (form) {
      const again = document.createElement("template");  // on another day it is told again
      again.content.append(form.cloneNode(true));
      const said = document.createElement("span");
      said.textContent = italian ? "presente" : "came";
      form.replaceWith(said, again);
      said.tabIndex = -1;
      said.focus();
    }
  }
  let sending = false;
  function send() {
    const rows = waiting();
    if (!rows.length || sending || !token) return;
    sending = true;
    fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(rows),
      credentials: "same-origin",
      redirect: "manual",
    }).then(function (answer) {
      // Only the answer that says what it kept empties the list: a page of sign-in is an answer too.
      signedOut = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
      if (!answer.ok || signedOut) throw new Error(String(answer.status));
      return answer.json();
    }).then(function (said) {
      if (said.kept !== rows.length) throw new Error("kept");
      const sent = new Set(rows.map((row) => row.attendee + row.at));
      keep(waiting().filter((row) => !sent.has(row.attendee + row.at)));
      // What the telephone keeps of this page knows of these arrivals from now on (site/phone/worker.js).
      const worker = navigator.serviceWorker && navigator.serviceWorker.controller;
      if (worker) worker.postMessage({ keep: location.pathname, fresh: true });
    }).catch(function () { keep(waiting()); }).finally(function () { sending = false; });
  }
  function listen(form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const number = Number(form.querySelector("[name=attendee]").value);
      keep(waiting().concat([{ attendee: number, at: new Date().toISOString() }]));
      mark(number);
      send();
    });
  }
  box.querySelectorAll("[data-checkin-form]").forEach(listen);
  // The list is of a day: kept on the telephone, or left open, it may be read on the next, when nobody has come yet.
  function dayOf(moment) {
    return new Intl.DateTimeFormat("en-CA", { timeZone: box.dataset.checkinZone }).format(moment);
  }
  function renew() {
    const day = box.dataset.checkinDay;
    if (!day || dayOf(new Date()) <= day) return;
    box.dataset.checkinDay = dayOf(new Date());
    box.querySelectorAll("li").forEach(function (row) {
      const again = row.querySelector("template");
      if (!again) return;
      row.replaceChildren(row.firstElementChild, again.content.cloneNode(true));
      listen(row.querySelector("form"));
    });
  }
  // A long list is looked through by name, without accents, also without a network.
  const find = box.querySelector("[data-checkin-find]");
  function plain(text) { return text.normalize("NFD").replace(/[^\p{Letter}\p{Number} ]/gu, "").toLowerCase(); }
  function filter() {
    const input = find.querySelector("input");
    const words = plain(input.value).split(" ").filter(Boolean);
    let left = 0;
    box.querySelectorAll("li").forEach(function (row) {
      const name = plain(row.firstElementChild.textContent);
      row.hidden = !words.every(function (word) { return name.includes(word); });
      left += row.hidden ? 0 : 1;
    });
    find.querySelector("[data-checkin-none]").textContent = left ? "" : input.dataset.none;
  }
  if (find) {
    find.hidden = false;
    find.querySelector("input").addEventListener("input", filter);
  }
  // The board beside the list is asked for again and again: where it cannot be, it says since when it is not.
  const stale = document.querySelector("[data-board-stale]");
  let asOf = new Date();
  document.body.addEventListener("htmx:sendError", function () {
    stale.querySelector("span").textContent = asOf.toTimeString().slice(0, 5);
    stale.hidden = false;
  });
  document.body.addEventListener("htmx:afterSwap", function () { asOf = new Date(); stale.hidden = true; });
  window.addEventListener("online", send);
  // A telephone taken out again: the network may have come back while nobody looked, and no event tells it.
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { renew(); send(); } });
  renew();
  const here = dayOf(new Date());
  waiting().filter((row) => dayOf(new Date(row.at)) === here).forEach((row) => mark(row.attendee));
  keep(waiting());
  send();
  window.setInterval(send, 30000);
  // A badge that was scanned opens the page at who has it: its button is at hand.
  function atHand() {
    const row = location.hash && document.getElementById(location.hash.slice(1));
    if (row && row.hidden && find) { find.querySelector("input").value = ""; filter(); }
    const button = row && box.contains(row) && row.querySelector("[data-checkin-form] button");
    if (button) button.focus();
  }
  window.addEventListener("hashchange", atHand);
  atHand();
})();
