// A screen is a page as it was opened in one browser tab. The server names it; the tab remembers the name, so that
// after a restart of the server what stands here is known to have been written here.
const shared = () => (window.__casecourse ??= { saves: {}, words: {} })
const mounts = new WeakSet()

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const here = shared()
  const same = mounts.has(parentElement) && here.screen?.page === data.page
  mounts.add(parentElement)
  if (same && here.screen.session !== data.session) here.screen.session = data.session
  else if (!same || here.screen.id !== data.id) {
    here.screen = { ...data }
    here.saves = {}
    setStateValue("screen", { page: data.page, id: data.id, seen: data.seen })
  }
}
