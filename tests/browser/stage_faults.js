// Read the stage as a last row would: what scrolls, is cut, hangs out or is too small to read.
() => {
  const faults = new Set()
  const root = document.querySelector(".st-key-stage")
  const inner = root.querySelector(".st-key-stage-fit")
  const room = root.querySelector(".st-key-stage-body").getBoundingClientRect()
  const least = Math.min(innerHeight / 1080, innerWidth / 1636) * 28 * 0.87 // a second line of a figure is a little smaller
  const moves = (style, size, seen) => ["auto", "scroll"].includes(style) && size > seen + 1
  for (const e of document.querySelectorAll("*")) {
    const style = getComputedStyle(e)
    const up = moves(style.overflowY, e.scrollHeight, e.clientHeight)
    if (up || moves(style.overflowX, e.scrollWidth, e.clientWidth)) faults.add(`scrolls: ${e.dataset.testid ?? e.tagName}`)
  }
  const clip = inner.style.clipPath.match(/inset\(([\d.]+)px .*? ([\d.]+)px/)
  const zero = inner.getBoundingClientRect().top
  const top = clip ? zero + Number(clip[1]) : room.top
  const bottom = clip ? Math.min(room.bottom, zero + inner.scrollHeight - Number(clip[2])) : room.bottom
  const look = (rect, what) => {
    if (rect.height < 1 || rect.width < 1 || rect.bottom <= top + 2 || rect.top >= bottom - 2 && clip) return
    if (rect.top < top - 2 || rect.bottom > bottom + 2) faults.add(`cut: ${what}`)
    if (rect.left < -1 || rect.right > innerWidth + 1) faults.add(`wide: ${what}`)
  }
  const words = document.createTreeWalker(inner, NodeFilter.SHOW_TEXT)
  while (words.nextNode()) {
    const node = words.currentNode
    const e = node.parentElement
    const text = node.textContent.trim()
    if (!text || e.closest("style, title, [aria-hidden=true] [data-testid=stIconMaterial]") || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const rect of range.getClientRects()) look(rect, text.slice(0, 16))
    const scale = e.closest("svg") ? Math.hypot(e.getScreenCTM().a, e.getScreenCTM().b) : 1
    const size = parseFloat(getComputedStyle(e).fontSize) * scale
    if (size < least) faults.add(`small: ${text.slice(0, 16)} ${Math.round(size)} of ${Math.round(least)}`)
  }
  for (const e of inner.querySelectorAll("[data-testid=stPlotlyChart], [data-testid=stGraphVizChart], img")) look(e.getBoundingClientRect(), e.dataset.testid ?? e.tagName)
  return { parts: Number(root.dataset.parts), part: Number(root.dataset.part), faults: [...faults].slice(0, 8) }
}
