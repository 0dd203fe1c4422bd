// One field for typed text. It keeps its own draft by POST /draft, so that nothing that is typed waits for a page run:
// 800 ms after the last key, every 2 s while it is not acknowledged, and by a beacon when the page goes away. What is
// not acknowledged also lies in this browser. Python hears of the text when the field is left; where the text is no
// draft but stored by Python itself, also at each pause.
const QUIET = 800
const PATIENCE = 2000
const APART = 150
const TAPS = ["pointerdown", "click"] // a reading program clicks without a pointer
const boxes = new WeakMap()
const shared = () => (window.__casecourse ??= { saves: {}, words: {} })
const word = (name) => shared().words[name] ?? ""

export default function (component) {
  const { data, parentElement, setStateValue } = component
  let box = boxes.get(parentElement)
  if (!box) boxes.set(parentElement, (box = new Box(parentElement)))
  box.say = (text) => setStateValue("said", { text, n: (box.n = Math.max(Date.now(), box.n + 1)) })
  box.show(data)
  return () => {
    box.leave()
    boxes.delete(parentElement)
  }
}

class Box {
  n = 0 // numbers what was said to Python; grows over remounts too
  kept = null // the text the store has
  said = null // the text Python has
  since = 0 // when the oldest key that is not kept was pressed
  busy = false
  newer = null // what another page wrote
  epoch = ""

  constructor(parent) {
    this.root = parent
    const host = parent.host ?? parent
    host.dataset.casecourseBox = "true"
    this.away = () => document.visibilityState === "hidden" && this.flush()
    this.back = () => this.dirty() && this.later(0)
    this.question = host.closest('[class*="st-key-exercise-"], [class*="st-key-discuss-"]')
    this.elsewhere = (event) => event.composedPath().includes(host) || this.leaveFor(event.composedPath())
    document.addEventListener("visibilitychange", this.away)
    window.addEventListener("pagehide", (this.gone = () => this.flush()))
    window.addEventListener("online", this.back)
    // a tap on a button does not take the focus from a field on every phone
    for (const kind of TAPS) document.addEventListener(kind, this.elsewhere, true)
  }

  show(data) {
    const first = this.field === undefined
    this.data = data
    if (first) this.build()
    const { field } = this
    this.label.textContent = data.label
    this.label.classList.toggle("hidden", data.hidden)
    field.placeholder = data.placeholder
    field.disabled = data.disabled
    if (data.lines === 1 && data.most) field.maxLength = data.most
    if (first) this.begin()
    else if (data.epoch && data.epoch !== this.epoch) this.replace(data.value)
    this.epoch = data.epoch || this.epoch
    this.grow()
  }

  build() {
    const { data } = this
    const field = document.createElement(data.lines > 1 ? "textarea" : "input")
    if (data.lines > 1) field.rows = data.lines
    else field.type = "text"
    field.autocomplete = "off"
    field.spellcheck = false
    this.field = field
    this.label = this.root.querySelector(".label")
    this.count = this.root.querySelector(".count")
    this.other = this.root.querySelector(".newer")
    this.root.querySelector(".field").append(field)
    field.addEventListener("input", (event) => this.typed(event))
    field.addEventListener("compositionend", (event) => this.typed(event))
    field.addEventListener("blur", (event) => {
      if (this.dirty()) this.later(0)
      this.leaveFor([event.relatedTarget, event.relatedTarget?.getRootNode()?.host])
    })
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing && (data.lines === 1 || event.ctrlKey || event.metaKey)) this.tell()
    })
  }

  // ---- where the text comes from ----------------------------------------------------------------------------------

  begin() {
    const { data, field } = this
    field.value = this.kept = this.said = data.value
    this.rev = data.rev
    this.at = data.at
    const mine = this.local()
    if (!mine || mine.text === data.value) return this.forget()
    if (mine.rev === data.rev) {
      // typed here, never acknowledged, and nobody wrote since: it goes on where it stopped
      field.value = mine.text
      this.since = Date.now()
      this.later(0)
      this.tell()
    } else {
      field.value = mine.text
      this.rev = mine.rev
      this.differ({ text: data.value, at: data.at, rev: data.rev })
    }
  }

  replace(text) {
    this.field.value = this.kept = text
    this.newer = null
    this.rev = this.data.rev
    this.other.replaceChildren()
    this.forget()
    clearTimeout(this.timer)
    this.report("rest")
    this.tell()
  }

  typed(event) {
    this.grow()
    if (event.isComposing) return
    if (!this.data.keep) return this.data.pauses && this.soon()
    this.remember()
    if (!this.dirty()) return this.report(this.at ? "kept" : "rest")
    this.since ||= Date.now()
    this.report("typed")
    this.later(Math.min(QUIET, Math.max(0, this.since + PATIENCE - Date.now())))
  }

  // Streamlit sends what changes in one moment for one question only. What is pressed in this question must be heard
  // together with the text; what is pressed in another one goes first, and the text follows.
  leaveFor(path) {
    clearTimeout(this.telling)
    if (path.some((node) => node instanceof Node && this.question?.contains(node))) this.tell()
    else this.telling = setTimeout(() => this.tell(), APART)
  }

  soon() {
    clearTimeout(this.telling)
    this.telling = setTimeout(() => this.tell(), QUIET)
  }

  tell() {
    clearTimeout(this.telling)
    if (this.field && this.field.value !== this.said) this.say((this.said = this.field.value))
  }

  // ---- keeping it -------------------------------------------------------------------------------------------------

  dirty() {
    return this.data?.keep && this.field.value !== this.kept
  }

  later(wait) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.send(), wait)
  }

  body(text, chosen) {
    const { case: of, prompt, field } = this.data
    const screen = shared().screen ?? { id: "", seen: 0 }
    return JSON.stringify({ case: of, prompt, field, text, screen: screen.id, ...(chosen ? {} : { seen: screen.seen }) })
  }

  async send(chosen = false) {
    if (this.busy || this.newer || (!chosen && !this.dirty())) return
    const text = this.field.value
    this.busy = true
    this.report("saving")
    const after = await this.post(this.body(text, chosen), text)
    this.busy = false
    if (after !== null && this.dirty() && !this.newer) this.later(after)
  }

  // Returns after how many milliseconds to go on if there is more; null where trying again would not help.
  async post(body, text) {
    let reply, said
    try {
      const signal = AbortSignal.timeout(8000)
      reply = await fetch("/draft", {
        method: "POST", headers: { "content-type": "application/json" }, body, signal, keepalive: body.length < 30000,
      })
      said = reply.status === 204 ? {} : await reply.json().catch(() => ({}))
    } catch {
      this.report("failed")
      return PATIENCE
    }
    if (reply.status === 200) return this.acknowledged(text, said)
    if (reply.status === 409) return this.differ(said)
    if (reply.status === 423) return this.report("closed"), null
    if (reply.status === 422 || reply.status === 404 || reply.status === 400) return this.report("refused", said.why), null
    this.report("failed")
    return PATIENCE
  }

  acknowledged(text, { at, rev }) {
    this.kept = text
    this.at = at
    this.rev = Number(rev)
    if (this.field.value === text) {
      this.since = 0
      this.forget()
      this.report("kept", at)
    } else {
      this.since = Date.now()
      this.report("typed")
    }
    return QUIET
  }

  // The page goes away: a beacon is sent even after the page is gone.
  flush() {
    if (!this.dirty() || this.newer) return
    this.remember()
    navigator.sendBeacon?.("/draft", new Blob([this.body(this.field.value, false)], { type: "application/json" }))
    this.tell()
  }

  leave() {
    if (this.dirty() && !this.newer) this.flush()
    clearTimeout(this.timer)
    clearTimeout(this.telling)
    document.removeEventListener("visibilitychange", this.away)
    for (const kind of TAPS) document.removeEventListener(kind, this.elsewhere, true)
    window.removeEventListener("pagehide", this.gone)
    window.removeEventListener("online", this.back)
    const all = shared().saves[this.place()]
    if (all) delete all[this.data.field]
  }

  // ---- two texts: both are shown, the person chooses --------------------------------------------------------------

  differ({ text, at, rev }) {
    if (text === this.field.value) return this.acknowledged(text, { at, rev })
    this.newer = { text, at }
    this.remember()
    const say = document.createElement("p")
    say.textContent = word("newer").replace("{time}", at || "")
    const quote = document.createElement("blockquote")
    quote.textContent = text || word("empty")
    const buttons = ["theirs", "mine"].map((choice) => {
      const button = document.createElement("button")
      button.type = "button"
      button.textContent = word(choice)
      button.onclick = () => this.choose(choice)
      return button
    })
    this.other.replaceChildren(say, quote, ...buttons)
    this.report("differ")
    return null
  }

  choose(choice) {
    if (choice === "theirs") this.field.value = this.newer.text
    this.newer = null
    this.other.replaceChildren()
    this.grow()
    this.field.focus()
    this.send(true)
    this.tell()
  }

  // ---- this browser's own copy ------------------------------------------------------------------------------------

  place() {
    return `${this.data.case}/${this.data.prompt}`
  }

  name() {
    return `casecourse:${this.data.owner}:${this.place()}/${this.data.field}`
  }

  local() {
    if (!this.data.keep) return null
    try {
      return JSON.parse(localStorage.getItem(this.name()))
    } catch {
      return null
    }
  }

  remember() {
    try {
      localStorage.setItem(this.name(), JSON.stringify({ text: this.field.value, rev: this.rev }))
    } catch {
      // a browser that keeps nothing: the store still does
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.name())
    } catch {
      // as above
    }
  }

  // ---- what is seen -----------------------------------------------------------------------------------------------

  report(state, more = "") {
    const all = (shared().saves[this.place()] ??= {})
    all[this.data.field] = { state, more, order: (shared().order = (shared().order ?? 0) + 1) }
    window.dispatchEvent(new CustomEvent("casecourse-save", { detail: this.place() }))
  }

  grow() {
    const { field, data } = this
    if (data.lines > 1) {
      if (field.scrollHeight > field.clientHeight) field.style.height = `${field.scrollHeight + 4}px`
      const n = [...field.value.trim()].length
      const near = data.most && (data.most <= 1000 || n > data.most * 0.8)
      this.count.textContent = near ? `${n} / ${data.most}` : ""
      this.count.classList.toggle("over", Boolean(data.most) && n > data.most)
    }
  }
}
