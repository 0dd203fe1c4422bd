// The stage: its keys, and a step that always fits: smaller type down to the least that a last row reads, then parts.
// Keys go one after the other: the next is sent when the page shows what the one before did.
const LEAST = 28 / 36 // of the usual size
const MOST = 56 / 36
const PATIENCE = 4000 // after so many milliseconds without an answer the next key is sent all the same
const KEYS = {
  ArrowRight: "next", PageDown: "next", " ": "next", ArrowDown: "next", Enter: "next",
  ArrowLeft: "back", PageUp: "back", ArrowUp: "back",
  r: "reveal", t: "timer", v: "vote", b: "blank", ".": "blank", j: "code", "?": "help", "？": "help", Escape: "plain",
}
const stages = new WeakMap()

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component
  let stage = stages.get(parentElement)
  if (!stage) stages.set(parentElement, (stage = new Stage()))
  stage.send = (said) => setTriggerValue("key", said)
  stage.report = (said) => setStateValue("fit", said)
  stage.show(data)
  return () => {
    stage.leave()
    stages.delete(parentElement)
  }
}

class Stage {
  keys = [] // pressed, and not yet sent
  n = 0 // of the key that was sent last
  figure = { face: "", part: 1 } // how much smaller the figures of what is shown must be

  constructor() {
    this.zoom = Number(localStorage.getItem("casecourse-zoom")) || 1
    this.pressed = (event) => this.press(event)
    this.again = () => this.soon()
    window.addEventListener("keydown", this.pressed, true) // before Streamlit's own R and C
    window.addEventListener("resize", this.again)
    this.watch = new ResizeObserver(this.again)
    this.changes = new MutationObserver(this.again)
  }

  show(data) {
    this.data = data
    this.n ||= data.heard
    if (this.figure.face !== data.face) this.figure = { face: data.face, part: 1 }
    this.soon()
  }

  // What is cut and told is what the key was pressed at: the number of parts goes with it.
  next() {
    const late = Date.now() - this.sent > PATIENCE
    if (!this.keys.length || this.fitted !== this.data.rev || (this.data.heard < this.n && !late)) return
    this.sent = Date.now()
    this.n = Math.max(this.sent, this.n + 1)
    this.send({ ...this.told, key: this.keys.shift(), n: this.n })
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.next(), PATIENCE + 100)
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.target?.closest?.("input, textarea, [role=combobox], [role=listbox]")) return
    const low = event.key.length === 1 ? event.key.toLowerCase() : event.key
    if (low === "f") this.full()
    else if (low === "+" || low === "=" || low === "-") this.resize(low === "-" ? -1 : 1)
    else if (KEYS[low]) {
      this.keys.push(KEYS[low])
      this.next()
    }
    else return
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen()
    else document.documentElement.requestFullscreen?.().catch(() => {})
  }

  resize(by) {
    this.zoom = Math.min(MOST, Math.max(LEAST, this.zoom * (by > 0 ? 1.08 : 1 / 1.08)))
    localStorage.setItem("casecourse-zoom", String(this.zoom))
    this.soon()
  }

  soon() {
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => this.fit())
  }

  fit() {
    const root = document.querySelector(".st-key-stage")
    const body = document.querySelector(".st-key-stage-body")
    const inner = document.querySelector(".st-key-stage-fit")
    if (!root) return
    if (!body || !inner) return this.ready(root, 0, 1) // it is blank
    this.follow(inner)
    this.changes.disconnect()
    const set = (fit) => root.style.setProperty("--zoom", String(fit))
    inner.style.transform = inner.style.clipPath = ""
    // head and foot follow the type, so the room is asked for anew at every size
    const over = () => inner.scrollHeight - body.clientHeight
    const fits = () => over() <= 1 && inner.scrollWidth <= inner.clientWidth + 1
    let zoom = this.zoom
    set(zoom)
    while (!fits() && zoom > LEAST) set((zoom = Math.max(LEAST, zoom * 0.94)))
    if (!fits()) this.shrink(inner, over())
    const starts = fits() ? [0] : cuts(inner, body.clientHeight)
    body.toggleAttribute("data-split", starts.length > 1)
    const part = Math.min(this.data.part, starts.length - 1)
    if (starts.length > 1) {
      const from = starts[part]
      const to = starts[part + 1] ?? inner.scrollHeight
      inner.style.transform = `translateY(${-from}px)`
      inner.style.clipPath = `inset(${from}px -4em ${inner.scrollHeight - to}px -4em)`
    }
    const mark = document.querySelector(".st-key-stage-part p")
    if (mark) mark.textContent = `${part + 1} / ${starts.length}`
    root.toggleAttribute("data-split", starts.length > 1)
    this.changes.observe(inner, { subtree: true, childList: true, characterData: true })
    this.ready(root, part, starts.length)
  }

  ready(root, part, parts) {
    Object.assign(root.dataset, { rev: this.data.rev, part, parts })
    this.tell(parts)
    this.fitted = this.data.rev
    this.next()
  }

  // Figures are drawn on the server, at the size that is told here: a step that does not fit with them has smaller ones.
  shrink(inner, over) {
    const drawn = [...inner.querySelectorAll("[data-testid=stPlotlyChart]")].map((c) => c.getBoundingClientRect().height)
    if (!drawn.length || over <= 0 || !this.told || this.data.size !== this.told.size) return
    this.figure.part = Math.max(LEAST, this.figure.part * (1 - over / Math.max(...drawn)) * 0.99)
  }

  tell(parts) {
    const { rev, face } = this.data
    const base = Math.round(usual() * this.zoom)
    const size = Math.round(base * this.figure.part)
    const told = { rev, face, parts, base, size }
    const same = parts === this.data.parts && size === this.data.size
    const again = this.told && Object.keys(told).every((name) => told[name] === this.told[name])
    this.told = told
    if (!same && !again) this.report(told)
  }

  follow(inner) {
    if (this.inner === inner) return
    this.watch.disconnect()
    this.watch.observe(inner)
    this.inner = inner
  }

  leave() {
    window.removeEventListener("keydown", this.pressed, true)
    window.removeEventListener("resize", this.again)
    this.watch.disconnect()
    this.changes.disconnect()
    cancelAnimationFrame(this.frame)
    clearTimeout(this.waiting)
  }
}

// The usual size of type, in pixels: 36 at 1080 lines.
const usual = () => Math.min(innerHeight / 30, innerWidth * 0.022)

// Where the parts begin: no line of text, row of a table or picture is cut, neither by the one that is too much.
function cuts(inner, room) {
  const zero = inner.getBoundingClientRect().top
  const boxes = []
  const add = (rect) => rect.height > 0 && boxes.push([rect.top - zero, rect.bottom - zero])
  for (const whole of inner.querySelectorAll("tr, svg, img, canvas, [data-testid=stPlotlyChart]")) add(whole.getBoundingClientRect())
  const words = document.createTreeWalker(inner, NodeFilter.SHOW_TEXT)
  while (words.nextNode()) {
    if (words.currentNode.parentElement.closest("tr, svg")) continue
    const range = document.createRange()
    range.selectNodeContents(words.currentNode)
    for (const rect of range.getClientRects()) add(rect)
  }
  boxes.sort((a, b) => a[0] - b[0])
  const starts = [0]
  let start = 0
  for (const [top, bottom] of boxes) {
    if (bottom - start <= room) continue
    if (top <= start) continue // taller than the room by itself: shown from its top
    starts.push((start = whole(boxes, start, top)))
  }
  return starts
}

// The place nearest above `cut` that goes through nothing; `cut` itself where there is none after `start`.
function whole(boxes, start, cut) {
  let at = cut
  for (let through; (through = boxes.find(([top, bottom]) => top < at - 1 && bottom > at + 1)); ) at = through[0]
  return at > start ? at : cut
}
