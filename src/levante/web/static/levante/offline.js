// This page is kept on the device, to be read without a network (site/phone/worker.js says what, and until when).
(function () {
  "use strict";
  const line = document.querySelector("[data-worker-src]");
  if (!line || !navigator.serviceWorker) return;
  const fresh = !navigator.serviceWorker.controller;
  navigator.serviceWorker.register(line.dataset.workerSrc, { scope: "/", updateViaCache: "none" }).catch(function () {});
  navigator.serviceWorker.ready.then(function (registration) {
    const channel = new MessageChannel();
    channel.port1.onmessage = function () { line.hidden = false; };
    const files = performance.getEntriesByType("resource").map(function (one) { return one.name; });
    registration.active.postMessage({ keep: location.pathname, fresh: fresh, files: files }, [channel.port2]);
  });
})();
