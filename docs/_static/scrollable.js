// What is wider than the page scrolls in itself, and so must be reached by keyboard; what fits is no stop on the way.
function reachable() {
  for (const wide of document.querySelectorAll(".highlight pre, .table-wrapper, div.math, p:has(> img)")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0
    else wide.removeAttribute("tabindex")
  }
}
addEventListener("load", reachable)
addEventListener("resize", reachable)
