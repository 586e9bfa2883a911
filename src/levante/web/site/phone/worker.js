// What a telephone keeps of the portal: the pages of one's meetings and of the arrivals, with their files, and no other page.
// The network comes first; without it, the page as it was, which says when. Forgotten when one signs out or in, when the
// portal answers that the session is over, and after a week. TOLD comes before this text (site/phone/views.py).
"use strict";
const PAGES = "levante-kept-pages";
const ALL_FILES = "levante-kept-files-";
const FILES = ALL_FILES + TOLD.release;
const LONGEST = 7 * 24 * 3600 * 1000;
const GONE = [403, 404, 410];
const kept = TOLD.pages.map((page) => new RegExp("^" + page.split("*").join("[-\\w]+") + "$"));

// The page that is being kept now, if one is.
let keeping = Promise.resolve();
// Grows when all is forgotten: what was asked for before is not kept after.
let forgotten = 0;
function forget() {
  forgotten += 1;
  return caches.delete(PAGES);
}
function isKept(url) {
  return url.origin === location.origin && !url.search && kept.some((page) => page.test(url.pathname));
}
function isFile(url) {
  return url.origin === location.origin && url.pathname.startsWith(TOLD.files);
}

async function keep(path, answer, since) {
  // A redirect leads to sign in, or to choose for whom one acts: either way this is not who was here before.
  if (answer.type === "opaqueredirect" || answer.redirected || answer.status === 401) return forget();
  const pages = await caches.open(PAGES);
  if (GONE.includes(answer.status)) return pages.delete(path);
  if (answer.status !== 200) return false;
  const headers = new Headers(answer.headers);
  ["Content-Encoding", "Content-Length", "Vary"].forEach((name) => headers.delete(name));
  headers.set("X-Kept-At", String(Date.now()));
  const body = await answer.text();
  if (since === forgotten) await pages.put(path, new Response(body, { headers }));
  return body;
}

// The page as it was; it says so in the line that it carries hidden.
async function held(path) {
  const pages = await caches.open(PAGES);
  const found = await pages.match(path);
  if (!found) return null;
  if (Date.now() - Number(found.headers.get("X-Kept-At")) > LONGEST) {
    await pages.delete(path);
    return null;
  }
  return { headers: found.headers, text: (await found.text()).replace(" data-kept hidden", " data-kept") };
}

async function heldOtherwise(path) {
  const bare = path.replace(/^\/[a-z]{2}(?=\/)/, "");
  for (const language of TOLD.languages) {
    const found = await held(language + bare);
    if (found) return found;
  }
  return null;
}

async function page(event, path) {
  const since = forgotten;
  let answer;
  try {
    answer = await fetch(event.request);
  } catch (error) {
    // A badge printed in a language opens the list kept in another.
    const found = (await held(path)) || (await heldOtherwise(path));
    if (found) return new Response(found.text, { headers: found.headers });
    throw error;
  }
  keeping = keep(path, answer.clone(), since);
  event.waitUntil(keeping);
  return answer;
}

// Where an installed portal opens: without a network, a list of what is kept, in the clothes of the first page.
async function start(event, path) {
  try {
    return await fetch(event.request);
  } catch (error) {
    const english = /^\/[a-z]{2}\//.test(path);
    const items = [];
    let sheets = "";
    for (const request of await (await caches.open(PAGES)).keys()) {
      const address = new URL(request.url).pathname;
      const found = await held(address);
      if (!found) continue;
      const title = /<title>([^<]*)<\/title>/.exec(found.text);
      items.push('<li><a href="' + address + '">' + (title ? title[1] : address) + "</a></li>");
      sheets = sheets || (found.text.match(/<link rel="stylesheet"[^>]*>/g) || []).join("");
    }
    if (!items.length) throw error;
    const words = english ? "The portal cannot be reached. You can read:" : "Il portale non si raggiunge. Puoi leggere:";
    const text = '<!DOCTYPE html><html lang="' + (english ? "en" : "it") + '"><head><meta charset="utf-8">' +
      '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Levante</title>' + sheets +
      '</head><body class="lv"><main class="container lv-main"><h1>Levante</h1><p>' + words + "</p><ul>" +
      items.join("") + "</ul></main></body></html>";
    return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  }
}

async function file(event) {
  const files = await caches.open(FILES);
  try {
    const answer = await fetch(event.request);
    if (answer.status === 200) event.waitUntil(files.put(event.request.url, answer.clone()));
    return answer;
  } catch (error) {
    const found = await files.match(event.request.url, { ignoreVary: true });
    if (found) return found;
    throw error;
  }
}

// A page that is open already, whose first coming no worker saw; with its files.
async function keepNow(path, more) {
  const since = forgotten;
  const answer = await fetch(path, { credentials: "same-origin", redirect: "manual" });
  const body = await keep(path, answer, since);
  if (typeof body !== "string") return;
  const named = Array.from(body.matchAll(/(?:href|src)="([^"#]+)/g), (found) => found[1]);
  await keepFiles(named.concat(more));
}
async function keepFiles(addresses) {
  const files = await caches.open(FILES);
  const wanted = new Set(addresses.map((address) => new URL(address, location.origin)).filter(isFile)
    .map((url) => url.origin + url.pathname));
  for (const address of wanted) {
    if (!(await files.match(address, { ignoreVary: true }))) await files.add(address);
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async function () {
  for (const name of await caches.keys()) {
    if (name.startsWith(ALL_FILES) && name !== FILES) await caches.delete(name);
  }
  await self.clients.claim();
  // Pages kept by the release before name its files: they are asked for again.
  for (const request of await (await caches.open(PAGES)).keys()) {
    await keepNow(new URL(request.url).pathname, []).catch(() => null);
  }
})()));

self.addEventListener("message", (event) => event.waitUntil((async function () {
  const told = event.data || {};
  const url = new URL(String(told.keep), location.origin);
  if (!isKept(url)) return;
  if (told.fresh) await keepNow(url.pathname, told.files || []).catch(() => null);
  await keeping.catch(() => null);
  if (event.ports[0] && (await held(url.pathname))) event.ports[0].postMessage("kept");
})()));

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.mode === "navigate") {
    if (TOLD.doors.includes(url.pathname)) event.waitUntil(forget());
    else if (request.method !== "GET") return;
    else if (isKept(url)) event.respondWith(page(event, url.pathname));
    else if (TOLD.starts.includes(url.pathname)) event.respondWith(start(event, url.pathname));
  } else if (request.method === "GET" && isFile(url) && request.referrer) {
    const from = new URL(request.referrer);
    // A font is asked for by its style sheet.
    if (isKept(from) || isFile(from) || TOLD.starts.includes(from.pathname)) event.respondWith(file(event));
  }
});
