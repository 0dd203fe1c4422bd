// The place that an address names is brought into view, gets the focus and is outlined for a moment.
const visits = new WeakMap()

function mark(place) {
  place.tabIndex = -1
  place.focus({ preventScroll: true })
  place.animate(
    [{ outline: "3px solid currentColor", outlineOffset: "6px" }, { outline: "3px solid transparent", outlineOffset: "6px" }],
    { duration: 3000, easing: "ease-in" },
  )
}

export default function ({ data, parentElement }) {
  if (visits.get(parentElement) === data.at) return // a rerun of the same visit
  visits.set(parentElement, data.at)
  // figures above it may still be growing: look again for a while, unless the reader moves on
  const main = document.querySelector('[data-testid="stMain"]')
  let left = 12
  let last = null
  const timer = setInterval(() => {
    const place = document.getElementsByClassName(`st-key-${data.at}`)[0]
    if (place) {
      const top = place.getBoundingClientRect().top + (main?.scrollTop ?? 0)
      if (last === null) mark(place)
      if (last === null || Math.abs(top - last) > 4) place.scrollIntoView({ block: "start" })
      last = top
    }
    if (--left === 0) stop()
  }, 250)
  const moves = ["wheel", "touchstart", "keydown", "pointerdown"]
  const stop = () => {
    clearInterval(timer)
    for (const move of moves) window.removeEventListener(move, stop)
  }
  for (const move of moves) window.addEventListener(move, stop, { passive: true })
}
