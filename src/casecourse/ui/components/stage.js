// The stage: its keys, and a step that always fits: smaller type down to the least that a last row reads, then parts.
const LEAST = 28 / 36 // of the usual size
const MOST = 56 / 36
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
  stage.send = (key, at) => setTriggerValue("key", { key, rev: at, n: Date.now() })
  stage.report = (rev, parts) => setStateValue("parts", { rev, parts })
  stage.show(data)
  return () => {
    stage.leave()
    stages.delete(parentElement)
  }
}

class Stage {
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
    this.soon()
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.target?.closest?.("input, textarea, [role=combobox], [role=listbox]")) return
    const low = event.key.length === 1 ? event.key.toLowerCase() : event.key
    if (low === "f") this.full()
    else if (low === "+" || low === "=" || low === "-") this.resize(low === "-" ? -1 : 1)
    else if (KEYS[low]) this.send(KEYS[low], this.data.rev)
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
    if (!root || !body || !inner) return
    this.follow(inner)
    this.changes.disconnect()
    const set = (fit) => root.style.setProperty("--zoom", String(fit))
    inner.style.transform = inner.style.clipPath = ""
    const room = body.clientHeight
    const fits = () => inner.scrollHeight <= room + 1 && inner.scrollWidth <= inner.clientWidth + 1
    let zoom = this.zoom
    set(zoom)
    while (!fits() && zoom > LEAST) set((zoom = Math.max(LEAST, zoom * 0.94)))
    const starts = fits() ? [0] : cuts(inner, room)
    body.toggleAttribute("data-split", starts.length > 1)
    const part = Math.min(this.data.part, starts.length - 1)
    if (starts.length > 1) {
      const from = starts[part]
      const to = starts[part + 1] ?? inner.scrollHeight
      inner.style.transform = `translateY(${-from}px)`
      inner.style.clipPath = `inset(${from}px -4em ${inner.scrollHeight - to}px -4em)`
    }
    root.dataset.parts = String(starts.length)
    root.dataset.part = String(part)
    const mark = document.querySelector(".st-key-stage-part p")
    if (mark) mark.textContent = `${part + 1} / ${starts.length}`
    root.toggleAttribute("data-split", starts.length > 1)
    if (starts.length !== this.data.parts && this.told !== `${this.data.rev}/${starts.length}`) {
      this.told = `${this.data.rev}/${starts.length}`
      this.report(this.data.rev, starts.length)
    }
    this.changes.observe(inner, { subtree: true, childList: true, characterData: true })
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
  }
}

// Where the parts begin: no line of text, row of a table or picture is cut.
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
    starts.push((start = top))
  }
  return starts
}
