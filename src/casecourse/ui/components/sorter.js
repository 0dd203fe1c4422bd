// Cards in lanes, moved by mouse, by finger and by keyboard. The browser's own state stands until another epoch comes;
// one message leaves per finished move. Words and names arrive as data and are set as text, never as markup.

const boards = new WeakMap()
const TRAY = "" // the lane of what has not been laid anywhere
const START = 5 // pixels before a press becomes a drag
const REACH = 48 // pixels outside a lane that still count as over it

export default function (component) {
  const { parentElement, data } = component
  const root = parentElement.querySelector(".sorter")
  let board = boards.get(parentElement)
  if (!board) {
    board = { root, lanes: {}, cards: new Map(), sections: new Map(), touched: false, picked: null, drag: null }
    boards.set(parentElement, board)
    listen(board)
  }
  board.report = component.setStateValue
  board.data = data
  const resumed = data.fresh && board.sent // another session of the server, and this screen was already worked on
  if (board.epoch !== data.epoch && !resumed) {
    board.lanes = lanesOf(data)
    board.touched = data.value !== null
    lift(board, null)
    endDrag(board)
    board.sent = false
  }
  board.epoch = data.epoch
  if (board.touched && !board.sent) send(board) // what was restored is told once: so it outlives a restart of the server
  if (!board.drag) build(board)
  return () => {
    endDrag(board)
    boards.delete(parentElement)
  }
}

// ---- state --------------------------------------------------------------------------------------------------------

function lanesOf(data) {
  const stands = data.value || data.start
  return Object.fromEntries(data.lanes.map(([lane]) => [lane, [...(stands[lane] || [])]]))
}

function trayOf(board) {
  const laid = new Set(Object.values(board.lanes).flat())
  return board.data.cards.map(([card]) => card).filter(card => board.data.reused || !laid.has(card))
}

function cardsIn(board, lane) {
  return lane === TRAY ? trayOf(board) : board.lanes[lane]
}

// Lay `card`, which lies in `from`, into `to` before position `at`; returns where it lies afterwards.
function lay(board, from, card, to, at) {
  const { lanes, data } = board
  if (from !== TRAY) lanes[from] = lanes[from].filter(c => c !== card)
  if (to !== TRAY) {
    const rest = data.single ? [] : lanes[to].filter(c => c !== card)
    rest.splice(Math.min(at, rest.length), 0, card)
    lanes[to] = rest
  }
  board.touched = true
  lift(board, null)
  build(board)
  tell(board, card, to)
  send(board)
}

function send(board) {
  board.sent = true
  board.report("lanes", { epoch: board.epoch, value: board.lanes })
}

// ---- what is said -------------------------------------------------------------------------------------------------

function words(board, name, parts) {
  return board.data.words[name].replace(/\{(\w+)\}/g, (whole, part) => (part in parts ? parts[part] : whole))
}

function say(board, text) {
  const live = board.root.querySelector(".say")
  live.textContent = live.textContent === text ? text + "\u00a0" : text // the same sentence twice is said twice
}

function label(pairs, name) {
  const found = pairs.find(([n]) => n === name)
  return found ? found[1] : name
}

function tell(board, card, lane) {
  const { data } = board
  const parts = { card: label(data.cards, card), lane: lane === TRAY ? data.tray : label(data.lanes, lane) }
  if (lane === TRAY) return say(board, words(board, "out", parts))
  if (!data.ordered) return say(board, words(board, "laid", parts))
  parts.n = board.lanes[lane].indexOf(card) + 1
  parts.m = board.lanes[lane].length
  say(board, words(board, "placed", parts))
}

// ---- drawing ------------------------------------------------------------------------------------------------------

function element(tag, name, text) {
  const made = document.createElement(tag)
  if (name) made.className = name
  if (text !== undefined) made.textContent = text
  return made
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text
}

function build(board) {
  const { root, data } = board
  const shape = JSON.stringify([data.cards, data.lanes, data.tray, data.ordered])
  if (board.shape !== shape) {
    board.shape = shape
    board.cards.clear()
    board.sections.clear()
    root.querySelector(".lanes").replaceChildren(...data.lanes.map(([lane, text]) => section(board, lane, text)))
    const store = root.querySelector(".store")
    store.replaceChildren(section(board, TRAY, data.tray))
    root.querySelector(".boards")[data.ordered ? "append" : "prepend"](store)
  }
  root.classList.toggle("big", data.big)
  root.classList.toggle("ordered", data.ordered)
  root.classList.toggle("single", data.single)
  root.classList.toggle("locked", data.locked)
  root.setAttribute("aria-label", data.label)
  put(root.querySelector(".help"), data.words.help)
  const untouched = root.querySelector(".untouched")
  put(untouched, data.words.untouched)
  untouched.hidden = board.touched || !data.ordered || data.locked
  const focused = focus(board)
  for (const [lane] of board.sections) fill(board, lane)
  if (focused) reach(board, focused)
}

function section(board, lane, text) {
  const made = element("section", lane === TRAY ? "lane tray" : "lane")
  const id = "lane-" + board.sections.size
  made.dataset.lane = lane
  made.setAttribute("role", "group")
  made.setAttribute("aria-labelledby", id)
  const head = element("div", "head")
  const name = element("span", "name", text)
  name.id = id
  const list = element(board.data.ordered && lane !== TRAY ? "ol" : "ul", "cards")
  list.setAttribute("role", "list")
  const here = element("button", "here")
  here.type = "button"
  here.dataset.here = lane
  head.append(name, here) // in the head it takes no room of its own: nothing moves when it appears
  made.append(head, list, element("div", "empty", board.data.words.empty))
  board.sections.set(lane, made)
  return made
}

function fill(board, lane) {
  const { data, picked } = board
  const home = board.sections.get(lane)
  const list = home.querySelector(".cards")
  const names = cardsIn(board, lane)
  const wanted = names.map((card, n) => draw(board, lane, card, n))
  wanted.forEach((item, n) => list.children[n] !== item && list.insertBefore(item, list.children[n] || null))
  while (list.children.length > wanted.length) list.lastElementChild.remove()
  home.querySelector(".empty").hidden = names.length > 0
  home.hidden = lane === TRAY && !data.leaves && !names.length
  const here = home.querySelector(".here")
  const does = data.words[lane === TRAY ? "back" : data.ordered ? "last" : "here"]
  put(here, does)
  here.setAttribute("aria-label", does + "：" + (lane === TRAY ? data.tray : label(data.lanes, lane)))
  here.hidden = !picked || data.locked || (picked.lane === lane && !(data.ordered && lane !== TRAY))
  home.classList.toggle("open", !here.hidden)
}

function draw(board, lane, card, n) {
  const { data, picked } = board
  const key = data.reused ? lane + "\n" + card : card
  let item = board.cards.get(key)
  if (!item) {
    item = element("li", "item")
    const button = element("button", "card")
    button.type = "button"
    button.dataset.card = card
    button.setAttribute("aria-describedby", "help")
    button.append(element("span", "place"), element("span", "text"), element("span", "used"))
    const grip = element("span", "grip")
    grip.setAttribute("aria-hidden", "true")
    item.append(button, grip)
    board.cards.set(key, item)
  }
  const button = item.querySelector(".card")
  const isPicked = !!picked && picked.card === card && picked.lane === lane
  const times = data.reused && lane === TRAY ? Object.values(board.lanes).filter(l => l.includes(card)).length : 0
  button.dataset.in = lane
  button.setAttribute("aria-pressed", String(isPicked))
  button.setAttribute("aria-disabled", String(data.locked))
  put(item.querySelector(".place"), data.ordered && lane !== TRAY ? String(n + 1) : "")
  put(item.querySelector(".text"), label(data.cards, card))
  put(item.querySelector(".used"), times ? words(board, "used", { n: times }) : "")
  return item
}

// ---- focus --------------------------------------------------------------------------------------------------------

function focus(board) {
  const active = board.root.getRootNode().activeElement
  return active && active.dataset.card !== undefined ? { card: active.dataset.card, lane: active.dataset.in } : null
}

function button(board, lane, card) {
  const found = board.cards.get(board.data.reused ? lane + "\n" + card : card)
  return found && found.isConnected ? found.querySelector(".card") : null
}

function reach(board, { card, lane }) {
  const found = button(board, lane, card)
  if (found && board.root.getRootNode().activeElement !== found) found.focus({ preventScroll: true })
}

// ---- picking up and laying down -----------------------------------------------------------------------------------

function lift(board, picked) {
  board.picked = picked
  board.root.classList.toggle("picking", !!picked)
}

function pick(board, lane, card) {
  lift(board, { lane, card })
  build(board)
  say(board, words(board, "picked", { card: label(board.data.cards, card) }))
}

function putBack(board) {
  const { card, lane } = board.picked
  lift(board, null)
  build(board)
  say(board, words(board, "kept", { card: label(board.data.cards, card) }))
  reach(board, { card, lane })
}

function layPicked(board, lane, at) {
  const picked = board.picked
  lay(board, picked.lane, picked.card, lane, at)
  reach(board, { card: picked.card, lane })
}

function clicked(board, event) {
  if (board.data.locked || board.justDragged) return
  const picked = board.picked
  const card = event.target.closest(".card")
  const home = event.target.closest(".lane")
  if (card && picked && picked.card === card.dataset.card && picked.lane === card.dataset.in) {
    if (board.data.ordered && !board.touched) return layPicked(board, picked.lane, cardsIn(board, picked.lane).indexOf(picked.card))
    return putBack(board)
  }
  if (!picked) return card ? pick(board, card.dataset.in, card.dataset.card) : undefined
  if (!home) return
  const lane = home.dataset.lane
  if (card && board.data.ordered && lane !== TRAY) return layPicked(board, lane, cardsIn(board, lane).indexOf(card.dataset.card))
  if (card && lane === picked.lane) return pick(board, lane, card.dataset.card)
  if (event.target.closest(".here") || lane !== picked.lane) layPicked(board, lane, Infinity)
}

// ---- keyboard -----------------------------------------------------------------------------------------------------

const STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }

function typed(board, event) {
  if (event.key === "Escape" && (board.drag || board.picked)) {
    event.stopPropagation()
    if (board.drag) return endDrag(board)
    return putBack(board)
  }
  const card = event.target.closest && event.target.closest(".card")
  if (!card || board.data.locked) return
  const here = { lane: card.dataset.in, card: card.dataset.card }
  if (event.altKey && STEPS[event.key]) {
    event.preventDefault() // Alt and an arrow would leave the page
    event.stopPropagation()
    step(board, here, event.key)
  } else if ((event.key === "Delete" || event.key === "Backspace") && here.lane !== TRAY && board.data.leaves) {
    event.preventDefault()
    lay(board, here.lane, here.card, TRAY, 0)
    reach(board, { card: here.card, lane: TRAY })
  }
}

function step(board, { lane, card }, key) {
  const { data } = board
  const by = STEPS[key]
  if (data.ordered && lane !== TRAY && (key === "ArrowUp" || key === "ArrowDown")) {
    const at = board.lanes[lane].indexOf(card) + by
    if (at < 0 || at >= board.lanes[lane].length) return say(board, data.words.edge)
    lay(board, lane, card, lane, at)
    return reach(board, { card, lane })
  }
  const order = [...(data.ordered ? [] : [TRAY]), ...data.lanes.map(([name]) => name), ...(data.ordered && data.leaves ? [TRAY] : [])]
  let next = order.indexOf(lane) + (data.ordered && lane === TRAY ? -1 : by)
  while (closed(board, card, order[next])) next += by
  const to = order[next]
  if (to === undefined) return say(board, data.words.edge)
  lay(board, lane, card, to, Infinity)
  reach(board, { card, lane: to })
}

// On the way by keyboard a card passes over lanes that it would not leave as they were.
function closed(board, card, lane) {
  const { lanes, data } = board
  return data.reused && !!lane && (data.single ? lanes[lane].length > 0 : lanes[lane].includes(card))
}

// ---- dragging -----------------------------------------------------------------------------------------------------

function listen(board) {
  const { root } = board
  root.onclick = event => clicked(board, event)
  root.onkeydown = event => typed(board, event)
  root.onpointerdown = event => pressed(board, event)
  root.onpointermove = event => moved(board, event)
  root.onpointerup = event => released(board, event)
  root.onpointercancel = () => endDrag(board)
  root.oncontextmenu = event => event.target.closest(".grip") && event.preventDefault()
}

function pressed(board, event) {
  const item = event.target.closest(".item")
  const held = event.pointerType === "mouse" || event.target.closest(".grip") // elsewhere a finger scrolls the page
  if (!item || !held || event.button !== 0 || board.data.locked || board.drag) return
  const card = item.querySelector(".card")
  board.drag = { id: event.pointerId, item, lane: card.dataset.in, card: card.dataset.card, x: event.clientX, y: event.clientY }
}

function moved(board, event) {
  const { drag } = board
  if (!drag || event.pointerId !== drag.id) return
  if (!drag.ghost) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < START) return
    begin(board)
  }
  drag.at = { x: event.clientX, y: event.clientY }
  follow(board)
}

function begin(board) {
  const { drag, root } = board
  const box = drag.item.getBoundingClientRect()
  lift(board, null)
  build(board)
  root.setPointerCapture(drag.id)
  drag.dx = drag.x - box.left
  drag.dy = drag.y - box.top
  drag.ghost = drag.item.cloneNode(true)
  drag.ghost.classList.add("ghost")
  drag.ghost.setAttribute("aria-hidden", "true")
  drag.ghost.style.width = box.width + "px"
  drag.mark = element("div", "mark")
  drag.item.classList.add("lifted")
  root.classList.add("dragging")
  root.append(drag.mark, drag.ghost)
  drag.scroller = scrollerOf(root)
  drag.timer = setInterval(() => scroll(board), 16)
}

function follow(board) {
  const { drag, root } = board
  const frame = root.getBoundingClientRect()
  drag.ghost.style.transform = `translate(${drag.at.x - drag.dx - frame.left}px, ${drag.at.y - drag.dy - frame.top}px)`
  drag.target = targetAt(board, drag.at.x, drag.at.y)
  for (const [lane, home] of board.sections) home.classList.toggle("over", !!drag.target && drag.target.lane === lane)
  drag.mark.hidden = !drag.target || !board.data.ordered || drag.target.lane === TRAY
  if (drag.mark.hidden) return
  const box = board.sections.get(drag.target.lane).querySelector(".cards").getBoundingClientRect()
  Object.assign(drag.mark.style, { left: box.left - frame.left + "px", width: box.width + "px", top: drag.target.line - frame.top + "px" })
}

function targetAt(board, x, y) {
  let best = null
  for (const [lane, home] of board.sections) {
    const box = home.getBoundingClientRect()
    if (home.hidden) continue
    const away = Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom))
    if (away <= REACH && (!best || away < best.away)) best = { lane, away, home }
  }
  if (!best) return null
  const items = [...best.home.querySelectorAll(".item")].filter(item => item !== board.drag.item)
  const boxes = items.map(item => item.getBoundingClientRect())
  const at = boxes.filter(box => box.top + box.height / 2 < y).length
  const list = best.home.querySelector(".cards").getBoundingClientRect()
  const line = at < boxes.length ? boxes[at].top : boxes.length ? boxes[boxes.length - 1].bottom : list.top
  return { lane: best.lane, at, line }
}

function released(board, event) {
  const { drag } = board
  if (!drag || event.pointerId !== drag.id) return
  const target = drag.ghost ? drag.target : null
  if (drag.ghost) {
    board.justDragged = true // the click that ends a drag picks nothing up
    setTimeout(() => (board.justDragged = false))
  }
  endDrag(board)
  if (!target || (target.lane === TRAY && drag.lane === TRAY)) return
  const stays = target.lane === drag.lane && (!board.data.ordered || board.lanes[drag.lane].indexOf(drag.card) === target.at)
  if (stays && board.touched) return
  lay(board, drag.lane, drag.card, target.lane, target.at)
}

function endDrag(board) {
  const { drag, root } = board
  if (!drag) return
  board.drag = null
  clearInterval(drag.timer)
  drag.item.classList.remove("lifted")
  root.classList.remove("dragging")
  for (const home of board.sections.values()) home.classList.remove("over")
  if (drag.ghost) {
    drag.ghost.remove()
    drag.mark.remove()
    if (root.hasPointerCapture(drag.id)) root.releasePointerCapture(drag.id)
    build(board)
  }
}

function scrollerOf(root) {
  for (let node = root.getRootNode().host; node; node = node.parentElement) {
    if (node.scrollHeight > node.clientHeight && /auto|scroll/.test(getComputedStyle(node).overflowY)) return node
  }
  return document.scrollingElement
}

// Near the upper or lower edge of the screen a drag takes the page along.
function scroll(board) {
  const { drag } = board
  if (!drag.at || !drag.scroller) return
  const edge = 64
  const up = edge - drag.at.y
  const down = drag.at.y - (window.innerHeight - edge)
  const by = up > 0 ? -up : down > 0 ? down : 0
  if (!by) return
  drag.scroller.scrollBy(0, by / 4)
  follow(board)
}
