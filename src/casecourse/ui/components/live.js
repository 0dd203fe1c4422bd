// The class as it is now: one WebSocket a page. Figures and the clock are written here at once; the page itself is asked
// to run only when its stage changed, a little later on each screen, so that a class does not ask all at once.
const SPREAD = 400 // milliseconds over which the screens of a class ask for their pages
const AGAIN = 3000 // milliseconds after which a page that was asked for and has not come is asked for again
const NAP = 10000 // milliseconds out of sight after which a line is not trusted
const lines = new WeakMap()

export default function (component) {
  const { data, parentElement, setStateValue } = component
  let line = lines.get(parentElement)
  if (!line) lines.set(parentElement, (line = new Line(parentElement)))
  line.say = (rev) => setStateValue("rev", { rev, n: Date.now() })
  line.show(data)
  return () => {
    line.leave()
    lines.delete(parentElement)
  }
}

class Line {
  wait = 500

  constructor(parent) {
    this.out = Object.fromEntries(["join", "timer", "count", "lost"].map((n) => [n, parent.querySelector(`.${n}`)]))
    this.tick = setInterval(() => this.clock(), 500)
    this.woken = () => {
      if (document.visibilityState === "hidden") this.slept = Date.now()
      else if (this.socket?.readyState > 1 || Date.now() - this.slept > NAP) this.afresh()
    }
    document.addEventListener("visibilitychange", this.woken)
    window.addEventListener("online", (this.online = () => this.afresh()))
  }

  show(data) {
    const before = this.data
    this.data = data
    if (before?.timer !== data.timer || before?.left !== data.left) this.ends = performance.now() + data.left * 1000
    this.out.join.replaceChildren(...this.joining(data))
    if (data.n >= 0 && !(this.told?.rev >= data.rev && this.told?.n > data.n)) this.n = data.n
    this.draw()
    this.clock()
    if (this.told?.rev === data.rev) clearTimeout(this.later)
    if (before && before.room !== data.room) this.afresh() // another class is followed from now on
    else if (!this.socket) this.connect()
  }

  joining(data) {
    if (!data.code) return []
    const code = document.createElement("strong")
    code.textContent = data.code
    return [document.createTextNode(`${data.words.join}\u3000${data.address}\u3000`), code]
  }

  draw() {
    const { data } = this
    const shows = data.size > 0 && this.n >= 0
    this.out.count.replaceChildren()
    if (!shows) return
    const n = document.createElement("strong")
    n.textContent = String(this.n)
    this.out.count.append(data.words.voted + " ", n, ` / ${data.size}`)
  }

  clock() {
    if (!this.data?.timer) return this.out.timer.replaceChildren()
    const left = Math.max(0, Math.round((this.ends - performance.now()) / 1000))
    const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`
    if (this.out.timer.textContent === text) return
    const strong = document.createElement("strong")
    strong.textContent = text
    this.out.timer.replaceChildren(strong)
    this.out.timer.toggleAttribute("data-over", left === 0)
  }

  // Whoever looks again, or has a line again, need not wait for it: a phone that slept does not know that its line is dead.
  afresh() {
    clearTimeout(this.again)
    this.told = this.asked = undefined
    this.wait = 500
    const old = this.socket
    if (old) old.onmessage = old.onopen = old.onclose = null
    old?.close()
    this.connect()
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws"
    const socket = (this.socket = new WebSocket(`${scheme}://${location.host}/live/${this.data.room}`))
    socket.onopen = () => {
      this.wait = 500
      this.out.lost.hidden = true
    }
    socket.onmessage = (event) => this.hear(JSON.parse(event.data))
    socket.onclose = () => {
      if (this.gone) return
      this.out.lost.hidden = false
      this.again = setTimeout(() => this.connect(), this.wait + Math.random() * this.wait)
      this.wait = Math.min(this.wait * 2, 8000)
    }
  }

  hear(told) {
    this.told = told
    if (told.n >= 0 && this.data.size > 0 && told.rev === this.data.rev) {
      this.n = told.n
      this.draw()
    }
    if (told.rev === this.data.rev || told.rev === this.asked) return
    this.asked = told.rev
    this.ask(this.data.spread ? Math.random() * SPREAD : 0, AGAIN)
  }

  // Streamlit drops what two parts of a page say in one moment but one: until the page comes it is asked for again.
  ask(wait, after) {
    clearTimeout(this.later)
    this.later = setTimeout(() => {
      this.say(this.told.rev)
      this.ask(after, Math.min(after * 2, 30000))
    }, wait)
  }

  leave() {
    this.gone = true
    clearInterval(this.tick)
    document.removeEventListener("visibilitychange", this.woken)
    window.removeEventListener("online", this.online)
    clearTimeout(this.again)
    clearTimeout(this.later)
    this.socket?.close()
  }
}
