// What a page holds while it is at work: a list that is open stays open, and a link waits until what was just chosen is
// seen. It stands before page.js, in the same script.
const HAND = 1000 // as long after a wheel or a finger has moved, a scroll is a person's
const HOLD = 3000 // a link waits no longer than this

// Once for the life of a page; `unseen` says whether a run has yet to see a choice.
function hold(unseen) {
  holdLists()
  holdLinks(unseen)
  return true
}

// Streamlit's lists close when the page scrolls, also when it only kept its place because something above became taller.
// What they take for a change of the window, such as a keyboard that comes up, moves them with their field instead.
function holdLists() {
  let moved = 0
  const hand = () => (moved = Date.now())
  for (const kind of ["wheel", "touchmove"]) window.addEventListener(kind, hand, { capture: true, passive: true })
  const scrolled = ({ target }) => {
    const field = document.activeElement
    if (field?.getAttribute("aria-expanded") !== "true" || !target.contains(field)) return
    if (Date.now() - moved > HAND) window.visualViewport?.dispatchEvent(new Event("resize"))
  }
  window.addEventListener("scroll", scrolled, { capture: true, passive: true })
}

// Who leaves a page takes its questions away, also from the server: a choice that no run has seen by then would be lost.
function holdLinks(unseen) {
  let next, since, going
  const clicked = (event) => {
    const link = event.target.closest?.("a[href]")
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || link?.target === "_blank"
    if (!link || link === going || elsewhere || link.origin !== location.origin || link.hasAttribute("download")) return
    if (!since && !unseen()) return
    event.preventDefault()
    event.stopImmediatePropagation()
    next = link // whoever clicks again meant the later one
    if (since) return
    since = Date.now()
    const go = () => {
      if (unseen() && Date.now() - since < HOLD) return setTimeout(go, 30)
      since = 0
      if (!next.isConnected) return location.assign(next.href)
      going = next
      next.click()
      going = undefined
    }
    go()
  }
  document.addEventListener("click", clicked, true)
}

