// A range input that says where it stands while it is dragged (event "aisle-drag" on the document) and tells Python when it is let go.
// data: name, label, help, value, turn, disabled. turn: how many moves Python has heard of; an older answer never moves the handle back.
const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"])

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".aisle-slider")
  const input = root.querySelector("input")
  const own = (root.aisle ??= { turn: data.turn, held: false, moved: false, committed: data.value })

  const say = (phase) => {
    const detail = { name: data.name, value: Number(input.value), phase }
    document.dispatchEvent(new CustomEvent("aisle-drag", { detail }))
  }
  const draw = () => {
    root.querySelector("output").textContent = `${input.value} %`
    input.setAttribute("aria-valuetext", `${input.value} %`)
    input.style.setProperty("--fill", `${input.value}%`)
  }
  const commit = () => {
    own.moved = false
    if (Number(input.value) === own.committed) return say("stay")
    own.committed = Number(input.value)
    own.turn += 1
    say("end")
    setTriggerValue("release", { value: own.committed, turn: own.turn })
  }

  const id = `aisle-slider-${data.name}`
  input.id = id
  input.disabled = data.disabled
  root.classList.toggle("off", data.disabled)
  const label = root.querySelector("label")
  label.htmlFor = id
  label.textContent = data.label
  root.querySelector(".aisle-help").setAttribute("aria-label", `${data.label}: what it means`)
  root.querySelector("[role=tooltip]").textContent = data.help
  if (data.turn > own.turn) own.turn = data.turn
  if (data.turn === own.turn && !own.moved) {
    input.value = String(data.value)
    own.committed = data.value
  }
  draw()

  input.oninput = () => {
    own.moved = true
    draw()
    say("move")
  }
  input.onchange = () => {
    if (!own.held) commit()
  }
  input.onkeydown = (event) => {
    if (KEYS.has(event.key)) own.held = true
  }
  input.onkeyup = input.onblur = () => {
    own.held = false
    if (own.moved) commit()
  }
}
