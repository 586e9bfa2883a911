// The grid of an agenda by hand: a meeting is taken with the pointer or the keys, what dropping it would break and cost is asked of the
// portal for each cell, and told before it is dropped. Without this file each meeting is a link to its page, where the same is done.
(function () {
  "use strict";
  const says = document.querySelector("[data-grid-says]");
  if (!says) return;
  let held = null;  // {card, key, target, allowed, words, ready, ghost}
  let pressed = null;  // where the pointer went down, until it has moved enough to be a drag
  let dragged = false;  // the click that ends a drag opens nothing
  const known = new Map();  // what was answered for this revision

  const table = function () { return document.querySelector("[data-grid]"); };
  const form = function () { return document.querySelector("[data-grid-form]"); };
  const text = function (name) { return form().dataset[name]; };
  function say(words) { says.textContent = words; }
  function cellName(cell) {
    const heads = table().tHead.rows[1].cells;
    const row = cell.parentElement.cells[0].firstChild.textContent.trim();
    return heads[cell.cellIndex - 1].textContent.trim() + ", " + row;
  }

  // What dropping there would be: fields of the edit, or the words that say why not.
  function wanted(cell) {
    const card = held.card, own = card.closest("td"), row = cell.parentElement;
    const other = cell.querySelector("[data-meeting]");
    const pair = held.key.split("-");
    if (other && other.dataset.fixed) return { words: text(other.dataset.fixed) };
    if (other) return { edit: { kind: "swap", a: pair[0], b: pair[1], with: other.dataset.meeting }, name: other.textContent.trim() };
    if (row !== own.parentElement && !row.dataset.table) return { words: text("otherRow") };
    const edit = { kind: "move", a: pair[0], b: pair[1], slot: cell.dataset.slot };
    if (row.dataset.table) edit.table = row.dataset.table;
    return { edit: edit };
  }

  function mark(cell, state) {
    document.querySelectorAll(".lv-target").forEach(function (one) { one.classList.remove("lv-target", "lv-target-yes", "lv-target-no"); });
    if (cell) { cell.classList.add("lv-target"); if (state) cell.classList.add("lv-target-" + state); }
  }

  function aim(cell, wait) {
    if (held.target === cell) return;
    clearTimeout(held.timer);
    held.target = cell;
    held.edit = null;
    held.ready = Promise.resolve();
    if (!cell || cell === held.card.closest("td")) {
      held.allowed = false;
      mark(cell);
      say(cell ? cellName(cell) + ". " + text("here") : "");
      return;
    }
    const found = wanted(cell), where = cellName(cell) + (found.name ? ", " + text("with") + " " + found.name : "") + ". ";
    if (!found.edit) { held.allowed = false; mark(cell, "no"); say(where + found.words); return; }
    const query = new URLSearchParams(Object.assign({ revision: form().elements.revision.value }, found.edit)).toString();
    held.allowed = false;
    mark(cell);
    if (!known.has(query)) say(where + text("asking"));
    const mine = held;
    held.ready = new Promise(function (done) {
      held.timer = setTimeout(function () {
        const asked = known.get(query) || fetch(form().dataset.cost + "?" + query, { headers: { Accept: "application/json" } })
          .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); });
        known.set(query, asked);
        asked.then(function (answer) {
          if (held === mine && mine.target === cell) {
            mine.allowed = answer.allowed;
            mine.edit = found.edit;
            mark(cell, answer.allowed ? "yes" : "no");
            say(where + answer.words);
            if (answer.stale) offer();
          }
          done();
        }, function () { known.delete(query); if (held === mine && mine.target === cell) say(where + text("failed")); done(); });
      }, known.has(query) ? 0 : wait);
    });
  }
  function offer() {
    const again = document.createElement("a");
    again.href = location.href;
    again.textContent = text("reload");
    says.append(" ", again);
  }

  function take(card) {
    if (card.dataset.fixed) { say(text(card.dataset.fixed)); return false; }
    held = { card: card, key: card.dataset.meeting, target: null, allowed: false, ready: Promise.resolve() };
    card.closest("td").classList.add("lv-taken");
    say(card.textContent.trim() + ": " + text("taken"));
    return true;
  }
  function letGo(words) {
    if (!held) return;
    clearTimeout(held.timer);
    held.card.closest("td").classList.remove("lv-taken");
    if (held.ghost) held.ghost.remove();
    held = null;
    mark(null);
    if (words !== undefined) say(words);
  }

  // What the portal answers takes the place of the grid and of the score; the keys stay on the meeting that was carried.
  function send(data, address, key) {
    return fetch(address, { method: "POST", body: data }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (page) {
      const fresh = new DOMParser().parseFromString(page, "text/html");
      document.querySelectorAll("[data-grid-part]").forEach(function (part) {
        const now = fresh.querySelector("[data-grid-part=" + part.dataset.gridPart + "]");
        if (!now) throw new Error("no grid");
        const wrap = part.querySelector(".lv-grid"), left = wrap ? wrap.scrollLeft : 0;
        part.replaceWith(now);
        if (wrap && now.querySelector(".lv-grid")) now.querySelector(".lv-grid").scrollLeft = left;
      });
      known.clear();
      const told = Array.from(fresh.querySelectorAll("#main > .alert"));
      say(told.map(function (one) { return one.textContent.trim(); }).join(" "));
      says.classList.toggle("lv-grid-refused", told.some(function (one) { return one.classList.contains("alert-danger"); }));
      const card = document.querySelector("[data-meeting='" + key + "']") || document.querySelector("[data-grid-undo] button");
      if (card) card.focus();
    }).catch(function () { say(text("failed")); });
  }
  function put() {
    const mine = held;
    return mine.ready.then(function () {
      if (held !== mine || !mine.allowed || !mine.edit) return;
      const data = new FormData(form());
      Object.keys(mine.edit).forEach(function (name) { data.set(name, mine.edit[name]); });
      const key = mine.key;
      letGo();
      return send(data, form().getAttribute("action"), key);
    });
  }

  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-grid-undo]")) return;
    event.preventDefault();
    send(new FormData(event.target), event.target.getAttribute("action"), "");
  }, true);

  // By keyboard.
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const card = event.target.closest("[data-meeting]");
    if (event.key === "Escape" && held) { event.preventDefault(); letGo(text("givenUp")); return; }
    if (!card) return;
    if (event.key === "e") { event.preventDefault(); event.stopPropagation(); location.assign(card.href); return; }
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (!held) take(card); else if (held.target && held.target !== held.card.closest("td")) put(); else letGo(text("givenUp"));
      return;
    }
    if (!held || !STEPS[event.key]) return;
    event.preventDefault();
    const from = held.target || held.card.closest("td"), rows = table().tBodies[0].rows;
    const row = rows[from.parentElement.sectionRowIndex + STEPS[event.key][0]];
    const cell = row && row.cells[from.cellIndex + STEPS[event.key][1]];
    if (!cell || cell.tagName !== "TD") { say(text("edge")); return; }
    aim(cell, 150);
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, true);
  document.addEventListener("focusout", function (event) {
    if (held && !held.ghost && event.target === held.card) letGo(text("givenUp"));
  });

  // With the pointer. A finger scrolls the grid, and opens the meeting's page where the same is done.
  document.addEventListener("pointerdown", function (event) {
    const card = event.target.closest("[data-meeting]");
    dragged = false;
    if (card && event.button === 0 && event.pointerType !== "touch" && !held) pressed = { card: card, x: event.clientX, y: event.clientY };
  });
  document.addEventListener("pointermove", function (event) {
    if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > 6) {
      const card = pressed.card;
      pressed = null;
      dragged = true;
      if (!take(card)) return;
      held.ghost = card.cloneNode(true);
      held.ghost.className = "lv-ghost";
      ["data-meeting", "href", "aria-describedby"].forEach(function (name) { held.ghost.removeAttribute(name); });
      held.ghost.setAttribute("aria-hidden", "true");
      document.body.append(held.ghost);
    }
    if (!held || !held.ghost) return;
    event.preventDefault();
    held.ghost.style.transform = "translate(" + (event.clientX + 8) + "px," + (event.clientY + 8) + "px)";
    const wrap = table().parentElement, box = wrap.getBoundingClientRect();
    if (event.clientX > box.right - 40) wrap.scrollLeft += 16; else if (event.clientX < box.left + 200) wrap.scrollLeft -= 16;
    if (event.clientY > window.innerHeight - 30) window.scrollBy(0, 16); else if (event.clientY < 30) window.scrollBy(0, -16);
    const under = document.elementFromPoint(event.clientX, event.clientY);
    aim(under && under.closest("[data-grid] td"), 120);
  });
  document.addEventListener("pointerup", function () {
    pressed = null;
    if (!held || !held.ghost) return;
    const mine = held;
    held.ghost.remove();
    if (!held.target || held.target === held.card.closest("td")) { letGo(text("givenUp")); return; }
    put().then(function () { if (held === mine) letGo(); });  // what it would break stays written
  });
  document.addEventListener("pointercancel", function () { pressed = null; if (held && held.ghost) letGo(text("givenUp")); });
  document.addEventListener("click", function (event) {
    if (dragged && event.target.closest("[data-grid]")) { event.preventDefault(); dragged = false; }
  }, true);
  document.addEventListener("selectstart", function (event) { if (pressed || (held && held.ghost)) event.preventDefault(); });
  document.addEventListener("dragstart", function (event) { if (event.target.closest && event.target.closest("[data-meeting]")) event.preventDefault(); });
})();
