// What the page asks of the server: one action at a time, and what changed since.

const desk = document.getElementById("desk");
const url = desk.dataset.url;
const asked = { headers: { "X-Asked-By": "page" }, credentials: "same-origin" };
const known = new Map();

export const get = async (query) => {
  const answer = await fetch(`${url}?${new URLSearchParams(query)}`, asked);
  return answer.ok && answer.status !== 204 ? answer : null;
};

// The server's answer to an action, or an Error whose message can be shown.
export const post = async (fields) => {
  const body = new URLSearchParams(fields);
  body.set("mark", desk.dataset.mark);
  body.set("codebook", desk.dataset.codebook);
  let answer;
  try {
    answer = await fetch(url, { ...asked, method: "POST", body });
  } catch {
    throw new Error("Not recorded: secondcoder does not respond. Is it still running? Do it again when it is.");
  }
  if (!answer.ok) throw new Error((await answer.text()).replace(/^Refused: /, "Not recorded: "));
  return answer.json();
};

export const changedSince = async () => {
  try {
    const answer = await get({ since: desk.dataset.version });
    return answer ? await answer.json() : null;
  } catch { return null; }
};

// A code's definition, once asked for.
export const definition = async (code) => {
  if (!known.has(code)) {
    const answer = await get({ about: code }).catch(() => null);
    if (!answer) return "";
    known.set(code, await answer.text());
  }
  return known.get(code);
};
export const wholePage = async () => {
  known.clear();
  const answer = await fetch(url, { credentials: "same-origin" });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
};
