// The lists at the stops of the sliders, kept for the lists on screen (shelf.js): key says of which lists they are.
export default function ({ data }) {
  const studio = (globalThis.aisleStudio ??= {})
  studio.stops = data
}
