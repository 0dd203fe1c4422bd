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
  let held, going
  const clicked = (event) => {
    const link = event.target.closest?.("a[href]")
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || link?.target === "_blank"
    if (!link || link === going || elsewhere || link.origin !== location.origin || link.hasAttribute("download")) return
    if (!held && !unseen()) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (held) return
    held = Date.now()
    const go = () => {
      if (unseen() && Date.now() - held < HOLD) return setTimeout(go, 30)
      held = undefined
      if (!link.isConnected) return location.assign(link.href)
      going = link
      link.click()
      going = undefined
    }
    go()
  }
  document.addEventListener("click", clicked, true)
}

