// Plays a recording from the time that was pressed; nothing plays by itself.
(() => {
  const player = document.getElementById("player");
  if (!player) return;
  const audio = player.querySelector("audio"), told = document.getElementById("playing");
  const start = (error) => { if (error.name !== "AbortError") told.textContent = "This browser cannot play the recording."; };
  const resume = () => audio.play().catch(start);
  const play = (button) => {
    const from = Math.max(0, Number(button.dataset.play)), shown = button.querySelector("time") || button;
    const time = shown.textContent.trim();
    const go = () => {
      if (from >= audio.duration) { audio.pause(); told.textContent = `The recording ends before ${time}.`; return; }
      audio.currentTime = from;
      resume();
    };
    told.textContent = `From ${time}.`;
    player.hidden = false;
    if (audio.getAttribute("src") !== button.dataset.recording) audio.src = button.dataset.recording;
    // A place in it can be gone to only once its length is known.
    if (audio.readyState) go();
    else { audio.addEventListener("loadedmetadata", go, { once: true }); audio.load(); }
  };
  const toggle = () => {
    if (!audio.getAttribute("src")) document.querySelector("#panel [data-play], [data-play]")?.click();
    else if (audio.paused) resume();
    else audio.pause();
  };
  audio.addEventListener("error", () => { told.textContent = "This browser cannot play the recording."; });
  // Its own keys are not those of the page.
  audio.addEventListener("keydown", (event) => event.stopPropagation());
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-play]");
    if (button) play(button);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "p" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, dialog[open], .popover")) return;
    event.preventDefault();
    toggle();
  });
})();
