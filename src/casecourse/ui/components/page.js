// What a page tells its parts: which screen this is, and the words they say. A new page begins at its top; a change
// that no run has seen asks the whole page to run.
const shared = () => (window.__casecourse ??= { saves: {}, words: {} })
const mounted = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  shared().holds ??= hold(() => shared().unseen?.size)
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
