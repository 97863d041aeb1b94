// Asks how the lesson stands until it has ended; without this script the page has a link that asks.
"use strict";
(() => {
  const lesson = document.getElementById("lesson");
  const ask = async () => {
    let running = true;
    try {
      const answer = await fetch("/learn", { headers: { "X-Asked-By": "page" }, credentials: "same-origin" });
      if (answer.ok) {
        const told = await answer.text();
        running = answer.headers.get("X-Running") === "yes";
        if (lesson.innerHTML !== told) lesson.innerHTML = told;
      }
    } catch { /* the server may be busy or gone; ask again */ }
    if (running) setTimeout(ask, 1500);
  };
  if (lesson.dataset.running === "yes") setTimeout(ask, 700);
})();
