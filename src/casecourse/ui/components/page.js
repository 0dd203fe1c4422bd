// What a page tells its parts: which screen this is, and the words they say. A new page begins at its top; a change
// that no run has seen asks the whole page to run. A list that is open stays open while its page is drawn anew, and a
// link waits until what was just chosen is seen.
const shared = () => (window.__casecourse ??= { saves: {}, words: {} })
const mounted = new WeakMap()

const HAND = 1000 // as long after a wheel or a finger has moved, a scroll is a person's

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
  return true
}

const HOLD = 3000 // a link waits no longer than this

// Who leaves a page takes its questions away, also from the server: a choice that no run has seen by then would be lost.
function holdLinks() {
  let held, going
  const clicked = (event) => {
    const link = event.target.closest?.("a[href]")
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || link?.target === "_blank"
    if (!link || link === going || elsewhere || link.origin !== location.origin || link.hasAttribute("download")) return
    if (!held && !shared().unseen?.size) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (held) return
    held = Date.now()
    const go = () => {
      if (shared().unseen?.size && Date.now() - held < HOLD) return setTimeout(go, 30)
      held = undefined
      if (!link.isConnected) return location.assign(link.href)
      going = link
      link.click()
      going = undefined
    }
    go()
  }
  document.addEventListener("click", clicked, true)
  return true
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  shared().lists ??= holdLists()
  shared().links ??= holdLinks()
  shared().words = data.words
  if (window.__casecourse_page !== data.page) {
    const first = window.__casecourse_page === undefined
    window.__casecourse_page = data.page
    if (!first) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0)
  }
  const last = mounted.get(parentElement)
  if (last) window.removeEventListener("casecourse-nudge", last)
  let asked = 0
  const nudge = () => {
    if (Date.now() - asked < 1000) return
    asked = Date.now()
    setTriggerValue("nudge", asked)
  }
  mounted.set(parentElement, nudge)
  window.addEventListener("casecourse-nudge", nudge)
  return () => window.removeEventListener("casecourse-nudge", mounted.get(parentElement))
}
