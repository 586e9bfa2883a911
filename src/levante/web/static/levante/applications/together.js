// Says that this person is in the section, shows who else is in the draft, and lets one at a time write in a section. Without
// it nobody is shown, and who saves second is told as before.
(function () {
  "use strict";
  const form = document.querySelector("form[data-presence]");
  if (!form) return;
  const words = form.dataset;
  const place = document.querySelector("[data-here]");
  const writing = form.querySelector("[data-writing]");
  const notices = form.querySelector("[data-notices]");
  const BEAT = 20000;
  let held = writing.disabled, told = "";

  function beat(arriving) {
    if (document.hidden) return;  // who looks elsewhere for a minute is no longer here
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("section", words.section);
    if (arriving) data.set("arriving", "yes");
    fetch(words.presence, {
      method: "POST", body: data, headers: { "X-Levante-Here": "1" }, credentials: "same-origin", redirect: "manual",
    }).then(function (response) {
      const json = (response.headers.get("Content-Type") || "").startsWith("application/json");
      return response.ok && json ? response.json() : null;
    }).then(function (answer) { if (answer) hear(answer); }).catch(function () { /* no connection: autosave says so */ });
  }
  function hear(answer) {
    if (answer.html !== told) {
      told = answer.html;
      place.innerHTML = answer.html;
    }
    if (!held && answer.taken_by) hold(words.wordsTaken.replace("#", answer.taken_by));
    else if (!held && answer.holder) hold(words.wordsReading.replace("#", answer.holder));
    else if (held && !answer.holder) free();
  }
  function hold(text) {
    form.dispatchEvent(new CustomEvent("levante:held"));  // what was not saved yet is kept on this device
    held = writing.disabled = true;
    say(text, words.wordsTake, takeOver);
  }
  function free() {
    if (notices.querySelector("[data-free]")) return;
    document.querySelectorAll("[data-holder-note]").forEach(function (note) { note.remove(); });
    say(words.wordsFree, words.wordsWrite, function () { location.reload(); }).dataset.free = "";
  }
  function say(text, label, run) {
    const box = document.createElement("div"), line = document.createElement("p"), button = document.createElement("button");
    box.className = "alert alert-warning";
    box.setAttribute("role", "alert");
    line.textContent = text;
    button.type = "button";
    button.className = "btn btn-outline-primary btn-sm";
    button.textContent = label;
    button.addEventListener("click", run);
    box.append(line, button);
    notices.replaceChildren(box);
    return box;
  }
  function takeOver() {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("section", words.section);
    data.set("take", "yes");
    fetch(words.presence, { method: "POST", body: data, headers: { "X-Levante-Here": "1" }, credentials: "same-origin" })
      .then(function () { location.reload(); });
  }
  form.addEventListener("levante:take", takeOver);
  document.addEventListener("visibilitychange", function () { beat(false); });
  beat(!held);
  setInterval(function () { beat(false); }, BEAT);
})();
