// The truth about one question, in one line: what is kept, what is on its way, what could not be kept. Typed fields
// report for themselves; for the other widgets a change counts as kept only when a page run has seen it, which it says
// by sending back the number of that change.
const NUDGE = 3000 // a change that no run has seen by then: the page asks for one
const APART = 120
const PATIENCE = 15000 // how long a page that is at work is left alone: to ask it again would make it begin again
const GIVE_UP = 5000 // from then on it is said that it is not kept
const lines = new WeakMap()
const shared = () => (window.__casecourse ??= { saves: {}, words: {} })
const WORST = ["failed", "differ", "refused", "closed", "saving", "typed", "kept", "rest"]
// what Streamlit's widgets change in the page when their value changes, by mouse, touch or keyboard
const VALUES = ["data-selected", "value", "aria-valuetext", "aria-valuenow", "aria-checked", "aria-pressed"]

export default function (component) {
  const { data, parentElement, setStateValue } = component
  let line = lines.get(parentElement)
  if (!line) lines.set(parentElement, (line = new Line(parentElement)))
  line.count = (n) => setStateValue("n", n)
  line.show(data)
  return () => {
    line.leave()
    lines.delete(parentElement)
  }
}

class Line {
  n = 0 // changes of widgets on this page
  seen = 0 // the last of them that a run has seen
  since = 0
  wait = NUDGE

  constructor(parent) {
    this.out = parent.querySelector("[role=status]")
    const host = parent.host ?? parent
    this.box = host.closest('[class*="st-key-exercise-"], [class*="st-key-discuss-"], [class*="st-key-sheet-"]') ?? host
    this.heard = () => this.changed() // a component of ours says that its value changed
    this.saved = (event) => event.detail === this.data?.place && this.draw()
    this.box.addEventListener("casecourse-changed", this.heard)
    window.addEventListener("casecourse-save", this.saved)
    // a slider sets the value that it has already when it is drawn anew: that is no change
    const other = ({ target, attributeName, oldValue }) => target.getAttribute(attributeName) !== oldValue
    this.watch = new MutationObserver((seen) => seen.some(other) && this.changed())
    this.watch.observe(this.box, { subtree: true, attributeFilter: VALUES, attributeOldValue: true })
  }

  show(data) {
    const first = this.data === undefined
    this.data = data
    if (first || data.seen > this.n) this.n = data.seen
    this.seen = data.seen
    if (this.seen >= this.n) this.settled()
    this.draw()
  }

  changed() {
    if (!this.data?.keep) return
    this.since ||= Date.now()
    // after the widget has sent its value, and in a message of its own: the run that sees this number has seen the value
    this.n += 1
    setTimeout(() => this.count(this.n), APART)
    ;(shared().unseen ??= new Set()).add(this) // a link waits for it
    this.draw()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.nudge(), this.wait)
  }

  get pending() {
    return !!shared().unseen?.has(this)
  }

  nudge() {
    if (!this.pending) return
    const busy = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "running"
    if (!busy || Date.now() - this.since > PATIENCE) {
      window.dispatchEvent(new CustomEvent("casecourse-nudge"))
      this.wait = Math.min(this.wait * 2, 30000)
    }
    this.draw()
    this.timer = setTimeout(() => this.nudge(), busy ? this.wait : Math.min(this.wait, 4000))
  }

  settled() {
    clearTimeout(this.timer)
    shared().unseen?.delete(this)
    this.since = 0
    this.wait = NUDGE
  }

  widgets() {
    const { state, at } = this.data
    if (this.pending) return { state: Date.now() - this.since > GIVE_UP ? "failed" : "saving", order: Infinity }
    return { state, more: at, order: 0 }
  }

  draw() {
    if (!this.data) return
    const found = [this.widgets(), ...Object.values(shared().saves[this.data.place] ?? {})]
    const rank = Math.min(...found.map((f) => WORST.indexOf(f.state)))
    const state = WORST[rank]
    const shown = found.filter((f) => f.state === state).sort((a, b) => b.order - a.order)[0]
    const text = (this.data.words[state] ?? "").replace("{time}", shown.more ?? "").replace("{why}", shown.more ?? "")
    this.out.dataset.state = state
    if (this.out.textContent !== text) this.out.textContent = text
  }

  leave() {
    clearTimeout(this.timer)
    shared().unseen?.delete(this)
    this.watch.disconnect()
    this.box.removeEventListener("casecourse-changed", this.heard)
    window.removeEventListener("casecourse-save", this.saved)
  }
}
