// A list that follows sliders. Two kinds of data:
//   sliders: [{name, label, low, high, help, value}], before, list, turn   every position is answered by Python, one at a time
//   steps: [[id ...] ...], label, strip                                    a walk: all lists are here, one slider goes through them
// cards: what each product looks like. What comes from a log is only ever set as text. Cards that stay are moved, not made again.
function make(tag, className, text) {
  const found = document.createElement(tag)
  if (className) found.className = className
  if (text !== undefined) found.textContent = text
  return found
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text
}

const signed = (value) => (value > 0 ? "+" : value < 0 ? "−" : "") + Math.abs(value).toFixed(1)

class List {
  constructor(root) {
    this.cards = new Map()
    this.list = make("ol", "aisle-cards")
    this.left = make("p", "aisle-left")
    const side = make("section", "aisle-side after"), frame = make("div", "aisle-compare aisle-shelf")
    side.append(this.list)
    frame.append(side)
    root.append(frame, this.left)
  }

  show(before, ids, cards, words) {
    const was = new Map(before.map((id, place) => [id, place]))
    for (const [id, element] of this.cards) {
      if (!ids.includes(id)) {
        element.remove()
        this.cards.delete(id)
      }
    }
    ids.forEach((id, place) => {
      let element = this.cards.get(id)
      if (!element) this.cards.set(id, (element = this.card(id, cards[id])))
      const up = was.has(id) ? was.get(id) - place : null
      this.dress(element, place + 1, up === null ? ["new", words.new, words.new] : up > 0 ? ["up", `▲${up}`, `${up} ${words.up}`] : up < 0 ? ["down", `▼${-up}`, `${-up} ${words.down}`] : null)
      if (this.list.children[place] !== element) this.list.insertBefore(element, this.list.children[place] ?? null)
    })
    while (this.list.children.length > ids.length) this.list.lastElementChild.remove()
    if (!ids.length) this.list.append(make("li", "aisle-none", words.empty))
    const gone = before.filter((id) => !ids.includes(id)).map((id) => cards[id]?.title ?? id)
    write(this.left, gone.length ? `${words.left}: ${gone.join(" · ")}` : "")
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
    const title = make("span", "aisle-title", card.title), meta = make("span", "aisle-meta"), words = make("span", "aisle-words")
    title.title = card.title
    if (card.price) meta.append(make("span", "aisle-price", card.price))
    if (card.group) {
      const group = make("span", `aisle-chip ${card.tint}`, card.group)
      group.title = card.group
      meta.append(group)
    }
    words.append(title, meta)
    element.append(make("span", "aisle-rank"), picture, words)
    return element
  }

  dress(element, rank, change) {
    element.dataset.rank = rank
    element.classList.toggle("entering", change?.[0] === "new")
    const look = element.querySelector(".aisle-rank"), seen = `${rank} ${change ?? ""}`
    if (look.dataset.seen === seen) return
    look.dataset.seen = seen
    look.replaceChildren(String(rank))
    if (change) {
      const small = make("small", change[0], change[1])
      small.title = change[2]
      look.append(small)
    }
  }
}

class Sliders {
  constructor(root) {
    this.box = make("div", "aisle-ways")
    root.append(this.box)
    this.list = new List(root)
    this.turn = 0
    this.waiting = false
    this.made = null
  }

  take(data) {
    this.data = data
    if (this.made !== data.key) this.build(data)
    if (data.turn >= this.turn) {
      this.turn = data.turn
      this.waiting = false
      if (this.next) this.ask()
      else this.stand(data.sliders)
    }
    this.list.show(data.before, data.list, data.cards, data.words)
  }

  build(data) {
    this.made = data.key
    this.next = null
    this.inputs = new Map()
    this.reset = make("button", "aisle-reset", data.reset)
    this.reset.type = "button"
    this.reset.onclick = () => {
      for (const { input } of this.inputs.values()) input.value = "0"
      this.moved(true)
    }
    this.box.replaceChildren(...data.sliders.map((each) => this.slider(each, data)), this.reset)
    this.reset.hidden = !data.sliders.length
  }

  slider({ name, label, low, high, help }, data) {
    const row = make("div", "aisle-way"), ends = make("div", "ends"), input = make("input"), output = make("output")
    const lower = make("span", "low", low), higher = make("span", "high", high)
    lower.title = low
    higher.title = high
    const hint = make("button", "aisle-help", "?"), tip = make("span", "", help), wrap = make("span", "hint")
    hint.type = "button"
    hint.setAttribute("aria-label", help)
    tip.setAttribute("role", "tooltip")
    wrap.append(hint, tip)
    Object.assign(input, { type: "range", min: -data.far, max: data.far, step: data.step })
    input.setAttribute("aria-label", `${label}: ${low} – ${high}`)
    input.dataset.way = name
    input.oninput = () => this.moved(false)
    input.onchange = () => this.moved(true)
    ends.append(lower, output, wrap, higher)
    row.append(ends, input)
    this.inputs.set(name, { input, output })
    return row
  }

  stand(sliders) {
    for (const { name, value } of sliders) {
      const { input } = this.inputs.get(name)
      if (Math.abs(Number(input.value) - value) > 1e-6) input.value = String(value)
    }
    this.draw()
  }

  draw() {
    let moved = false
    for (const { input, output } of this.inputs.values()) {
      const value = Number(input.value), at = 50 + (50 * value) / Number(input.max)
      moved ||= value !== 0
      write(output, value ? signed(value) : "")
      input.setAttribute("aria-valuetext", signed(value) || "0")
      input.style.setProperty("--from", `${Math.min(50, at)}%`)
      input.style.setProperty("--to", `${Math.max(50, at)}%`)
    }
    this.reset.disabled = !moved
  }

  // One question at a time: what was moved meanwhile is asked when the answer is there, or when the slider is let go.
  moved(released) {
    this.draw()
    this.next = Object.fromEntries([...this.inputs].map(([name, { input }]) => [name, Number(input.value)]))
    if (!this.waiting || released) this.ask()
  }

  ask() {
    const steps = this.next, text = JSON.stringify(steps)
    this.next = null
    if (text === this.asked && this.waiting) return
    this.asked = text
    this.waiting = true
    this.turn += 1
    this.send({ turn: this.turn, steps })
  }
}

class Walk {
  constructor(root) {
    this.top = make("div", "aisle-way")
    this.input = make("input")
    this.input.type = "range"
    this.input.step = "1"
    this.input.min = "0"
    const ends = make("div", "ends")
    this.start = make("span", "low")
    this.output = make("output")
    this.end = make("span", "high")
    ends.append(this.start, this.output, this.end)
    this.top.append(ends, this.input)
    this.strip = make("table", "aisle-strip")
    const frame = make("div", "aisle-strip-frame")
    frame.append(this.strip)
    root.append(this.top, frame)
    this.list = new List(root)
    this.input.oninput = () => this.show()
  }

  take(data) {
    const again = this.data?.key === data.key
    this.data = data
    this.input.max = String(data.steps.length - 1)
    if (!again) this.input.value = "0"
    this.input.setAttribute("aria-label", data.label)
    write(this.start, data.words.start)
    write(this.end, data.words.end)
    this.fill()
    this.show()
  }

  fill() {
    const { steps, cards, strip } = this.data
    const ids = [...new Set(steps.flat())], last = (id) => steps.findLastIndex((row) => row.includes(id))
    const first = (id) => steps.findIndex((row) => row.includes(id))
    ids.sort((a, b) => last(a) - last(b) || first(a) - first(b) || steps[first(a)].indexOf(a) - steps[first(b)].indexOf(b))
    const rows = ids.map((id) => {
      const row = make("tr"), name = make("th", "", cards[id].title)
      name.scope = "row"
      name.title = cards[id].title
      row.append(name)
      steps.forEach((listed, step) => {
        const cell = make("td"), place = listed.indexOf(id)
        if (place >= 0) {
          cell.className = "on"
          cell.style.setProperty("--strong", String(1 - (0.75 * place) / listed.length))
          cell.title = `${this.data.words.step} ${step + 1}: ${place + 1}.`
        }
        cell.onclick = () => {
          this.input.value = String(step)
          this.show()
        }
        row.append(cell)
      })
      return row
    })
    this.strip.setAttribute("aria-label", strip)
    this.strip.replaceChildren(...rows)
  }

  show() {
    const { steps, cards, words } = this.data, step = Number(this.input.value)
    const new_ = steps[step].filter((id) => !steps[0].includes(id)).length
    write(this.output, step ? `${words.step} ${step + 1} ${words.of} ${steps.length} · ${new_} ${words.new}` : words.same)
    this.input.setAttribute("aria-valuetext", this.output.textContent)
    this.input.style.setProperty("--from", "0%")
    this.input.style.setProperty("--to", `${(100 * step) / (steps.length - 1)}%`)
    for (const row of this.strip.rows) [...row.cells].forEach((cell, place) => cell.classList.toggle("now", place === step + 1))
    this.list.show(steps[0], steps[step], cards, words)
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".aisle-steer")
  if (!root.aisleParts) {
    root.replaceChildren()
    root.aisleParts = data.steps ? new Walk(root) : new Sliders(root)
  }
  root.aisleParts.send = (told) => setTriggerValue("slide", told)
  root.aisleParts.take(data)
}
