// The drawing of a stand: parts are moved and resized with the pointer and the keys, and the numbers below follow, which are what is kept.
// What would overlap, or go out of the space there is, is said and not done; the portal looks at it again when the drawing is kept.
(function () {
  "use strict";
  const svg = document.querySelector("[data-stand]");
  const form = document.querySelector("[data-stand-form]");
  const says = document.querySelector("[data-stand-says]");
  if (!svg || !form || !says) return;
  const STEP = 10, LONG = 100, SMALLEST = 10, MOST = 20000;
  const rect = function (part) { return part.querySelector("rect"); };
  const field = function (part, name) { return form.elements["parts-" + part.dataset.part + "-" + name]; };
  const parts = Array.from(svg.querySelectorAll("[data-part]")).filter(function (part) { return field(part, "code"); });
  const number = function (input) { return input && input.value.trim() !== "" ? Number(input.value) : NaN; };
  const code = function (part) { return field(part, "code").value.trim(); };

  // A part as its numbers say; taken off, or not whole yet, it is none.
  function box(part) {
    const found = { x: number(field(part, "x")), y: number(field(part, "y")), width: number(field(part, "width")), depth: number(field(part, "depth")) };
    return code(part) && Object.values(found).every(Number.isFinite) ? found : null;
  }
  function hall() {
    const width = number(form.elements.hall_width), depth = number(form.elements.hall_depth);
    return width > 0 && depth > 0 ? { width: width, depth: depth } : { width: MOST, depth: MOST };
  }
  function draw(part, at, wrong) {
    const shape = rect(part), texts = part.querySelectorAll("text"), corner = part.querySelector(".lv-stand-corner");
    part.style.display = at ? "" : "none";
    if (!at) return;
    shape.setAttribute("x", at.x); shape.setAttribute("y", at.y);
    shape.setAttribute("width", at.width); shape.setAttribute("height", at.depth);
    texts.forEach(function (text, i) { text.setAttribute("x", at.x + at.width / 2); text.setAttribute("y", at.y + at.depth / 2 + 45 * i); });
    corner.setAttribute("x", at.x + at.width - 30); corner.setAttribute("y", at.y + at.depth - 30);
    part.classList.toggle("lv-stand-no", Boolean(wrong));
  }
  function overlaps(one, other) {
    return one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.depth && other.y < one.y + one.depth;
  }
  function under(part, at) {
    return parts.filter(function (other) { const there = other !== part && box(other); return there && overlaps(at, there); });
  }
  // Why a part cannot be there, in words; what it lay on already is no reason, so that it can be taken away from there.
  function problem(part, at, before) {
    const space = hall();
    if (at.width < SMALLEST || at.depth < SMALLEST) return code(part) + ": " + says.dataset.small + ".";
    if (at.x < 0 || at.y < 0 || at.x + at.width > space.width || at.y + at.depth > space.depth) return code(part) + ": " + says.dataset.out + ".";
    const known = under(part, before), fresh = under(part, at).filter(function (other) { return !known.includes(other); });
    return fresh.length ? fresh.concat([part]).map(code).sort().join(", ") + ": " + says.dataset.over + "." : "";
  }
  function tell(part, at) {
    says.textContent = code(part) + ": " + at.x + ", " + at.y + " " + says.dataset.from + "; " + at.width + " × " + at.depth + " " + says.dataset.size + ". " + says.dataset.unkept;
  }
  function write(part, at) {
    ["x", "y", "width", "depth"].forEach(function (name) { field(part, name).value = at[name]; });
    form.dataset.changed = String(Date.now());
    draw(part, at);
    frame();
    tell(part, at);
  }
  // The drawing is as large as what is in it, and the space it is in.
  function frame() {
    const space = hall(), known = space.width < MOST || space.depth < MOST, edge = svg.querySelector(".lv-stand-hall");
    const boxes = parts.map(box).filter(Boolean);
    const width = Math.max.apply(null, boxes.map(function (at) { return at.x + at.width; }).concat(known ? [space.width] : [0]));
    const depth = Math.max.apply(null, boxes.map(function (at) { return at.y + at.depth; }).concat(known ? [space.depth] : [0]));
    const free = known ? 20 : 320;  // room to go further, where nothing says how far one can
    svg.setAttribute("viewBox", "-20 -20 " + (width + 20 + free) + " " + (depth + 20 + free));
    if (edge) { edge.setAttribute("width", known ? space.width : 0); edge.setAttribute("height", known ? space.depth : 0); }
  }

  parts.forEach(function (part) {
    const corner = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    corner.setAttribute("class", "lv-stand-corner");
    corner.setAttribute("width", 30); corner.setAttribute("height", 30);
    part.append(corner);
    draw(part, box(part));
  });
  frame();
  form.addEventListener("input", function () { parts.forEach(function (part) { draw(part, box(part)); }); frame(); });

  // By keyboard.
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let began = null;  // where the part with the focus was when it got it
  svg.addEventListener("focusin", function (event) {
    const part = event.target.closest("[data-part]");
    began = parts.includes(part) && box(part);
    if (began) tell(part, began);
  });
  svg.addEventListener("keydown", function (event) {
    const part = event.target.closest("[data-part]"), before = parts.includes(part) && box(part);
    if (!before) return;
    if (event.key === "Escape" && began) { event.preventDefault(); write(part, began); return; }
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const by = event.shiftKey ? LONG : STEP, at = Object.assign({}, before);
    if (event.ctrlKey || event.altKey) { at.width += arrow[0] * by; at.depth += arrow[1] * by; } else { at.x += arrow[0] * by; at.y += arrow[1] * by; }
    const why = problem(part, at, before);
    if (why) says.textContent = why + " " + says.dataset.stays; else write(part, at);
  });

  // With the pointer, finger included.
  let held = null;
  function place(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  }
  svg.addEventListener("pointerdown", function (event) {
    const part = event.target.closest("[data-part]"), before = parts.includes(part) && box(part);
    if (!before || event.button !== 0) return;
    event.preventDefault();
    part.focus({ preventScroll: true });
    svg.setPointerCapture(event.pointerId);
    held = { part: part, before: before, at: before, from: place(event), size: event.target.classList.contains("lv-stand-corner"), why: "" };
  });
  svg.addEventListener("pointermove", function (event) {
    if (!held) return;
    const here = place(event), at = Object.assign({}, held.before);
    const by = [here.x - held.from.x, here.y - held.from.y].map(function (length) { return Math.round(length / STEP) * STEP; });
    if (held.size) { at.width = Math.max(0, at.width + by[0]); at.depth = Math.max(0, at.depth + by[1]); } else { at.x += by[0]; at.y += by[1]; }
    held.at = at;
    held.why = problem(held.part, at, held.before);
    draw(held.part, at, held.why);
    if (held.why) says.textContent = held.why; else tell(held.part, at);
  });
  function drop(event) {
    if (!held) return;
    const mine = held;
    held = null;
    if (event.type === "pointercancel" || mine.why) {
      draw(mine.part, mine.before);
      says.textContent = (mine.why + " " + says.dataset.stays).trim();
    } else if (mine.at !== mine.before) write(mine.part, mine.at);
  }
  svg.addEventListener("pointerup", drop);
  svg.addEventListener("pointercancel", drop);
})();
