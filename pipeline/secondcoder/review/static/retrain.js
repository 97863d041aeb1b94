// Asks how far the training is until it has ended; without this script the page has a link that reloads.
"use strict";
(() => {
  const training = document.getElementById("training");
  const ask = async () => {
    let running = true;
    try {
      const answer = await fetch("/learn", { headers: { "X-Asked-By": "page" }, credentials: "same-origin" });
      if (answer.ok) {
        const html = await answer.text();
        running = answer.headers.get("X-Running") === "yes";
        if (training.innerHTML !== html) training.innerHTML = html;
      }
    } catch { /* the server may be busy or gone; ask again */ }
    if (running) setTimeout(ask, 1500);
  };
  if (training.dataset.running === "yes") setTimeout(ask, 700);
})();
