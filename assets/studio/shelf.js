// Before and after, side by side. What comes from a log is only ever set as text. Cards are kept by product: one that stays is moved, not
// made again. While a slider is dragged ("aisle-drag") the list is that of the nearest stop; see stops.js.
const studio = (globalThis.aisleStudio ??= {})

function make(tag, className, text) {
  const found = document.createElement(tag)
  if (className) found.className = className
  if (text !== undefined) found.textContent = text
  return found
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text
}

class Board {
  constructor(root) {
    this.root = root
    this.sides = {}
    this.dragging = false
    this.follow = (event) => this.drag(event.detail)
    this.outside = (event) => {
      if (this.menu && !this.menu.contains(event.target)) this.close()
    }
    for (const name of ["before", "after"]) {
      const side = make("section", `aisle-side ${name}`)
      const title = make("h3"), list = make("ol", "aisle-cards")
      const words = make("b"), note = make("span")
      title.append(words, " ", note)
      side.append(title, list)
      this.sides[name] = { side, words, note, list, cards: new Map() }
    }
    root.replaceChildren(this.sides.before.side, this.sides.after.side)
  }

  listen() {
    if (this.data.drags) document.addEventListener("aisle-drag", this.follow)
    document.addEventListener("pointerdown", this.outside)
  }

  leave() {
    document.removeEventListener("aisle-drag", this.follow)
    document.removeEventListener("pointerdown", this.outside)
  }

  take(data) {
    if (this.data && this.data.scope !== data.scope) this.forget()
    this.data = data
    this.listen()
    if (!this.dragging) this.show(data.before, data.after, data.cards)
  }

  forget() {
    for (const { list, cards } of Object.values(this.sides)) {
      list.replaceChildren()
      cards.clear()
    }
  }

  drag({ name, value, phase }) {
    this.dragging = phase === "move"
    if (phase === "end") return // what is on screen stays until the list of the exact position comes
    const at = studio.stops?.key === this.data.key && studio.stops.sliders[name]
    if (phase === "move" && at) {
      const stop = Math.min(Math.round(value / studio.stops.step), at.lists.length - 1)
      const chips = at.chips[stop].map((chip) => (chip < 0 ? null : studio.stops.chips[chip]))
      const ids = at.lists[stop].map((item) => studio.stops.ids[item])
      this.show(this.data.before, { title: this.data.after.title, note: at.notes[stop], ids, chips }, studio.stops.cards)
    }
    if (phase === "stay") this.show(this.data.before, this.data.after, this.data.cards)
  }

  show(before, after, cards) {
    this.close()
    const places = (ids) => new Map(ids.map((id, place) => [id, place]))
    const was = places(before.ids), is = places(after.ids)
    this.fill("before", before, (id) => cards[id] ?? this.data.cards[id], (id) => (is.has(id) ? null : ["out", "out", this.data.words.left]))
    this.fill("after", after, (id) => cards[id] ?? this.data.cards[id], (id, place, card) => {
      if (!was.has(id)) return ["new", "new", card.was ? `${this.data.words.entered} ${this.data.words.from} ${card.was}` : this.data.words.entered]
      const up = was.get(id) - place
      return up > 0 ? ["up", `▲${up}`, `${up} ${this.data.words.up}`] : up < 0 ? ["down", `▼${-up}`, `${-up} ${this.data.words.down}`] : null
    })
  }

  fill(name, side, cardOf, changeOf) {
    const { side: section, words, note, list, cards } = this.sides[name]
    write(words, side.title)
    write(note, side.note)
    section.setAttribute("aria-label", side.title)
    for (const [id, element] of cards) {
      if (!side.ids.includes(id)) {
        element.remove()
        cards.delete(id)
      }
    }
    side.ids.forEach((id, place) => {
      const card = cardOf(id)
      let element = cards.get(id)
      if (!element) cards.set(id, (element = this.card(id, card)))
      this.dress(element, card, place + 1, changeOf(id, place, card), side.chips[place])
      if (list.children[place] !== element) list.insertBefore(element, list.children[place] ?? null)
    })
    while (list.children.length > side.ids.length) list.lastElementChild.remove()
    if (!side.ids.length) list.append(make("li", "aisle-none", this.data.words.empty))
  }

  card(id, card) {
    const element = make("li", "aisle-card")
    element.dataset.item = id
    const picture = make("span", `aisle-picture ${card.tint}`, card.picture ? undefined : card.glyph)
    picture.ariaHidden = "true"
    if (card.picture) {
      const image = make("img")
      image.alt = ""
      image.src = card.picture
      image.onerror = () => picture.replaceChildren(card.glyph)
      picture.append(image)
    }
    const title = make("button", "aisle-title", card.title), meta = make("span", "aisle-meta"), words = make("span", "aisle-words")
    title.type = "button"
    title.title = card.title
    title.setAttribute("aria-label", `${this.data.words.why} ${card.title}`)
    if (card.price) meta.append(make("span", "aisle-price", card.price))
    if (card.group) {
      const group = make("span", `aisle-chip ${card.tint}`, card.group)
      group.title = card.group
      meta.append(group)
    }
    words.append(title, meta)
    element.append(make("span", "aisle-rank"), picture, words)
    if (this.data.actions.length) {
      const more = make("button", "aisle-more", "⋯")
      more.type = "button"
      more.ariaHasPopup = "menu"
      more.ariaExpanded = "false"
      more.setAttribute("aria-label", `${this.data.words.more} ${card.title}`)
      more.onclick = (event) => {
        event.stopPropagation()
        this.open(element, id, more)
      }
      element.append(more)
    }
    element.onclick = (event) => {
      if (!this.menu?.contains(event.target)) this.act(this.data.actions[0]?.[0], id, element)
    }
    return element
  }

  dress(element, card, rank, change, chip) {
    element.dataset.rank = rank
    const kind = change?.[0]
    element.className = `aisle-card${kind === "new" ? " entering" : kind === "out" ? " leaving" : ""}`
    const told = this.data.selected === element.dataset.item
    element.classList.toggle("told", told)
    const look = element.querySelector(".aisle-rank"), seen = `${rank} ${change ?? ""}`
    if (look.dataset.seen !== seen) {
      look.dataset.seen = seen
      look.replaceChildren(String(rank))
      if (change) {
        const small = make("small", kind, change[1])
        small.title = change[2]
        look.append(small)
      }
    }
    const meta = element.querySelector(".aisle-meta")
    const old = meta.querySelector(".why")
    if (!chip) old?.remove()
    else {
      const reason = old ?? make("span")
      reason.className = `aisle-chip why ${chip[2]}`
      reason.title = chip[1]
      write(reason, chip[0])
      if (!old) meta.append(reason)
    }
  }

  act(action, id, element) {
    this.close()
    if (action) this.send({ action, item: id, place: Number(element.dataset.rank) })
  }

  open(element, id, more) {
    const again = this.menu?.parentElement === element
    this.close()
    if (again) return
    const menu = (this.menu = make("div", "aisle-menu"))
    menu.setAttribute("role", "menu")
    menu.setAttribute("aria-label", more.getAttribute("aria-label"))
    for (const [action, label, refusal] of this.data.actions) {
      const entry = make("button", "", label)
      entry.type = "button"
      entry.title = refusal
      entry.setAttribute("role", "menuitem")
      entry.setAttribute("aria-disabled", String(Boolean(refusal)))
      entry.onclick = (event) => {
        event.stopPropagation()
        if (!refusal) this.act(action, id, element)
      }
      menu.append(entry)
    }
    menu.onkeydown = (event) => {
      const entries = [...menu.children], at = entries.indexOf(document.activeElement)
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key]
      if (to !== undefined) entries[(to + entries.length) % entries.length].focus()
      if (event.key === "Escape" || event.key === "Tab") this.close()
      if (event.key === "Escape") more.focus()
      if (to !== undefined || event.key === "Escape") {
        event.preventDefault()
        event.stopPropagation()
      }
    }
    more.ariaExpanded = "true"
    element.append(menu)
    menu.firstElementChild.focus({ preventScroll: true })
  }

  close() {
    if (!this.menu) return
    this.menu.parentElement?.querySelector(".aisle-more")?.setAttribute("aria-expanded", "false")
    this.menu.remove()
    this.menu = null
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".aisle-compare")
  const board = (root.aisleBoard ??= new Board(root))
  board.send = (told) => setTriggerValue("action", told)
  board.take(data)
  return () => board.leave()
}
