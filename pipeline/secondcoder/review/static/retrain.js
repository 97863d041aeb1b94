// Asks how far the training is until it has ended; without this script the page has a link that reloads. What is new is said in an
// element that stays, each step once: a live region that is put anew with its words is often not read, and counts would never end.
"use strict";
(() => {
  const training = document.getElementById("training"), told = document.getElementById("told");
  let shown = "", said = "";
  const say = (running) => {
    const words = training.querySelector(running ? "#stage" : ".lead")?.textContent || "";
    const step = running ? words.replace(/:? *[0-9]+ of [0-9]+/, "") : `${words}. ${training.querySelector(".lead + p")?.textContent || ""}`;
    if (step !== said) told.textContent = said = step;
  };
  const ask = async () => {
    let running = true;
    try {
      const answer = await fetch("/learn", { headers: { "X-Asked-By": "page" }, credentials: "same-origin" });
      if (answer.ok) {
        const html = await answer.text();
        running = answer.headers.get("X-Running") === "yes";
        if (shown !== html) training.innerHTML = shown = html;
        say(running);
      }
    } catch { /* the server may be busy or gone; ask again */ }
    if (running) setTimeout(ask, 1500);
  };
  if (training.dataset.running === "yes") { say(true); setTimeout(ask, 700); }
})();
