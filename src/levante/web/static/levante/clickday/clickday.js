// The page of a click day: the count-down follows the clock that judges, one click sends at the instant, a busy lane is
// tried again as it asks. Without it the form of the page sends through the portal.
(function () {
  "use strict";
  const box = document.querySelector("[data-click-day]");
  if (!box) return;
  const words = box.dataset;
  const italian = document.documentElement.lang.startsWith("it");
  const form = box.querySelector("[data-send]");
  const button = form && form.querySelector("button");
  const told = box.querySelector("[data-told]");
  // The count-down of every page, taken over: this one shows every second, by the clock of who judges.
  const clock = box.querySelector("[data-countdown]");
  if (clock) clock.removeAttribute("data-countdown");
  const counter = box.querySelector("[data-counter]");
  const before = document.querySelector("[data-before]"); // what is possible until the opening
  const opens = Date.parse(words.opens), closes = words.closes ? Date.parse(words.closes) : Infinity;
  let skew = Date.parse(document.body.dataset.clock) - Date.now(), roundTrip = Infinity, stopped = false;
  let armed = false, sending = false, done = false, minuteSaid = false, tries = 0, leave = 0;

  function serverNow() { return Date.now() + skew; }
  function isOpen() { return serverNow() >= opens && serverNow() < closes; }
  function say(text, tone) {
    if (!told) return;
    const line = document.createElement("p");
    line.className = tone ? "alert alert-" + tone : "";
    line.textContent = text;
    told.replaceChildren(line);
  }
  function write(place, text) { if (place.textContent !== text) place.textContent = text; }
  function pad(number) { return String(number).padStart(2, "0"); }

  // The clock of who judges: half of the quickest round trip is all that is not known of it.
  function look() {
    const sent = Date.now(), exact = performance.now();
    return fetch(words.address, { cache: "no-store" }).then(function (answer) {
      const trip = performance.now() - exact;
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json().then(function (state) {
        if (trip < roundTrip * 1.5 || trip < 200) {
          roundTrip = Math.min(roundTrip, trip);
          skew = Date.parse(state.now) - (sent + trip / 2);
        }
        stopped = state.state === "suspended" || state.state === "exhausted" || (state.state === "closed" && serverNow() < closes);
        if (counter) { counter.hidden = false; counter.textContent = words.wordCounted.replace("{count}", state.received.toLocaleString(italian ? "it" : "en")); }
        if (stopped && !done) say(words.wordStopped, "warning");
      });
    }).catch(function () { /* the count-down goes on with what it knows */ });
  }
  function lookAgain() {
    const near = Math.abs(opens - serverNow()) < 120000;
    setTimeout(function () { if (!document.hidden && !sending) look().finally(lookAgain); else lookAgain(); }, (near ? 4000 : 15000) + Math.random() * 3000);
  }

  function tick() {
    if (done) return;
    const left = opens - serverNow();
    if (clock) {
      const heading = clock.closest("h2");
      if (left <= 0) {
        if (heading) heading.textContent = words.wordOpened;
      } else {
        const seconds = Math.ceil(left / 1000), days = Math.floor(seconds / 86400);
        write(clock, (days ? days + (italian ? " g " : " d ") : "") + pad(Math.floor(seconds / 3600) % 24) + ":" + pad(Math.floor(seconds / 60) % 60) + ":" + pad(seconds % 60));
        if (seconds <= 60 && !minuteSaid) { minuteSaid = true; if (!armed) say(words.wordMinute, "info"); }
      }
    }
    if (left <= 0 && before) before.hidden = true;
    label();
    if (left <= 0 && armed && !sending) send();
  }
  function label() {
    if (!button || sending) return;
    const early = serverNow() < opens;
    write(button, early ? (armed ? words.wordDisarm : words.wordArm) : words.wordSend);
    if (early) button.setAttribute("aria-pressed", String(armed)); else button.removeAttribute("aria-pressed");
  }

  function send() {
    if (sending || done) return;
    sending = true;
    armed = true;
    clearTimeout(leave);
    button.setAttribute("aria-busy", "true");
    button.textContent = words.wordSending;
    const body = JSON.stringify({ token: form.elements.token.value, seal: form.elements.seal.value });
    fetch(words.address, { method: "POST", body: body, headers: { "Content-Type": "application/json" }, cache: "no-store" })
      .then(function (answer) {
        return answer.json().catch(function () { return {}; }).then(function (said) { heard(answer, said); });
      })
      .catch(function () { again(Math.min(8, Math.pow(2, tries)), words.wordAgain); });
  }
  function heard(answer, said) {
    if (answer.status === 201) {
      done = true;
      armed = sending = false;
      if (counter) counter.hidden = true;
      form.hidden = true;
      say(words.wordReceived.replace("{place}", said.position.toLocaleString(italian ? "it" : "en")), "success");
      setTimeout(function () { location.assign(words.done); }, 1500);
      return;
    }
    const reason = italian ? said.detail_it : said.detail;
    if (said.code === "early") {
      // Our idea of its clock was a little ahead: ask its clock again, then send.
      return look().then(function () { again(Math.max(0.1, Math.min((opens - serverNow()) / 1000, Number(said.retry_after) || 1)), words.wordArmed, "info"); });
    }
    if (answer.status >= 500 || answer.status === 429) {
      const wait = Number(answer.headers.get("Retry-After")) || 2;
      return again(wait + Math.random() * Math.min(wait, 2), said.code === "busy" ? words.wordBusy : words.wordAgain);
    }
    sending = armed = false;
    button.removeAttribute("aria-busy");
    say(reason || String(answer.status), "danger");
    label();
  }
  function again(seconds, text, tone) {
    tries += 1;
    sending = false;
    button.removeAttribute("aria-busy");
    say(text.replace("{seconds}", String(Math.max(1, Math.round(seconds)))), tone || "warning");
    sending = true;
    leave = setTimeout(function () { sending = false; send(); }, seconds * 1000);
  }

  if (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (done || sending) return;
      if (!isOpen() && serverNow() < opens) {
        armed = !armed;
        say(armed ? words.wordArmed : "", armed ? "info" : "");
        label();
        return;
      }
      send();
    }, true);
    window.addEventListener("beforeunload", function (event) { if (armed || sending) event.preventDefault(); });
  }
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { look(); tick(); } });
  look().then(look).then(look).finally(lookAgain);
  tick();
  setInterval(tick, 50);
})();
