// What a page is to somebody who does not see it, or sees little of it; see accessibility_checks.py.
({
  // A list of faults in the structure: landmarks, headings, tables, pictures, boxes that scroll, live regions.
  structure: () => {
    const faults = [], all = (what) => [...document.querySelectorAll(what)];
    const seen = (one) => one.checkVisibility({ visibilityProperty: true });
    const text = (one) => (one?.textContent || "").replace(/\s+/g, " ").trim();
    const label = (one) => one.getAttribute("aria-label")
      || (one.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean).map((id) => text(document.getElementById(id))).join(" ").trim();
    const told = (one) => `${one.tagName.toLowerCase()} ${one.id || one.className} ${text(one).slice(0, 40)}`;
    if (!document.documentElement.lang) faults.push("no language");
    if (!document.title.trim()) faults.push("no title");
    if (all("main").length !== 1) faults.push("not one main");
    const open = document.querySelector("dialog[open]");
    const headings = all("h1, h2, h3, h4, h5, h6").filter((one) => seen(one) && (!open || open.contains(one)));
    if (all("h1").filter(seen).length !== 1) faults.push("not one h1");
    let last = open || document.querySelector("h1") !== headings[0] ? 6 : 0;
    for (const heading of headings) {
      const level = Number(heading.tagName[1]);
      if (level > last + 1) faults.push(`skipped level: ${told(heading)}`);
      if (!text(heading)) faults.push(`empty heading: ${told(heading)}`);
      last = level;
    }
    const kinds = { nav: "nav", aside: "aside", search: "[role=search]", region: "[role=region], section[aria-label], section[aria-labelledby]" };
    for (const [kind, selector] of Object.entries(kinds)) {
      const names = all(selector).filter(seen).map(label);
      if (names.some((name) => !name)) faults.push(`${kind} without a name`);
      for (const name of new Set(names)) if (names.filter((one) => one === name).length > 1) faults.push(`two ${kind} called ${name}`);
    }
    for (const table of all("table").filter(seen)) {
      if (!text(table.caption) && !label(table)) faults.push(`table without a name: ${told(table)}`);
      for (const head of table.querySelectorAll("th")) if (!head.scope) faults.push(`head without scope: ${told(head)}`);
      if (!table.querySelector("th")) faults.push(`table without heads: ${told(table)}`);
      const drawn = [table, ...table.querySelectorAll("thead, tbody, tr, th, td")];
      // What is not laid out as a table loses its roles in some browsers, unless they are written out.
      for (const part of drawn) if (!getComputedStyle(part).display.startsWith("table") && !part.getAttribute("role")) { faults.push(`no role: ${told(part)}`); break; }
    }
    for (const drawing of all("svg[role=img]")) if (!label(drawing)) faults.push(`picture without words: ${told(drawing)}`);
    for (const drawing of all("svg:not([role])")) if (!drawing.closest("[aria-hidden=true]")) faults.push("a picture neither named nor hidden");
    for (const box of all("body *").filter(seen)) {
      const style = getComputedStyle(box), scrolls = /auto|scroll/.test(style.overflowX + style.overflowY);
      const more = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      if (scrolls && more && !box.matches("textarea, select, dialog, [role=listbox], nav") && (box.tabIndex < 0 || !label(box)))
        if (!box.querySelector("a[href], button, input, textarea, select, [tabindex='0']")) faults.push(`scrolls, but not by keys: ${told(box)}`);
    }
    for (const hidden of all("[aria-hidden=true]")) if (hidden.querySelector("a[href], button, input, [tabindex='0']")) faults.push(`focus in what is hidden: ${told(hidden)}`);
    for (const child of all("[aria-live] [aria-live], [role=status] [role=status]")) faults.push(`a live region in another: ${told(child)}`);
    if (all("[aria-busy=true]").some((one) => one.querySelector("[role=status], [role=alert], [aria-live]"))) faults.push("what is said while busy is not read");
    return faults;
  },

  // What stands beside a page as narrow as this, but for what scrolls in a box of its own.
  narrow: () => {
    const faults = [], wide = innerWidth, root = document.documentElement;
    const own = (one) => one.parentElement?.closest(".scroll, .wide[role=region], pre, nav.rowpick, .question, textarea, select");
    if (root.scrollWidth > wide) faults.push("the page scrolls sideways");
    for (const one of document.querySelectorAll("body *")) {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.closest(".hidden, .skip, svg, thead") || own(one)) continue;
      const box = one.getBoundingClientRect();
      if (box.width > 1 && (box.left < -1 || box.right > wide + 1)) faults.push(`beside the page: ${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)}`);
    }
    return faults;
  },

  // Words that do not fit into their box, which does not scroll.
  cutOff: () => {
    const faults = [];
    for (const one of document.querySelectorAll("body *")) {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.closest(".hidden, .skip, svg, textarea, select, .quoted, progress")) continue;
      const style = getComputedStyle(one);
      const cut = (/hidden|clip/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1) || (/hidden|clip/.test(style.overflowY) && one.scrollHeight > one.clientHeight + 2);
      if (cut && one.clientWidth > 1 && one.textContent.trim()) faults.push(`cut off: ${one.tagName} ${one.className} ${one.id} ${one.textContent.trim().slice(0, 40)}`);
    }
    return faults;
  },

  // What has the focus: its name, whether that is to be seen, and whether something lies over it.
  focused: () => {
    let one = document.activeElement;
    if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const at = document.elementFromPoint(Math.min(Math.max(box.x + Math.min(box.width / 2, 20), 0), innerWidth - 1), Math.min(Math.max(box.y + Math.min(box.height / 2, 10), 0), innerHeight - 1));
    const words = one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent || one.value || "";
    return {
      name: words.replace(/\s+/g, " ").trim().slice(0, 60), tag: one.tagName.toLowerCase(), id: one.id,
      seen: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none",
      covered: !(at && (one.contains(at) || at.contains(one) || one.labels?.[0]?.contains(at))),
    };
  },
})
