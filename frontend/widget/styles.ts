// The widget's looks. Whoever embeds it sets the custom properties named --wherewithal-…; light and dark follow the page's own
// color-scheme.
export const styles = `
:host {
  --ink: var(--wherewithal-ink, #16211d); --soft: var(--wherewithal-soft, #4c5a54); --paper: var(--wherewithal-paper, #fff);
  --line: var(--wherewithal-line, #77837b); --offer: var(--wherewithal-offer, #0b6650); --need: var(--wherewithal-need, #a8361b);
  --on-offer: var(--wherewithal-on-offer, #fff); --focus: var(--wherewithal-focus, #0b57d0);
  display: block; container-type: inline-size;
  font: var(--wherewithal-font, 1rem/1.5 system-ui, sans-serif); color: var(--ink);
}
@supports (color: light-dark(#000, #fff)) {
  :host {
    --ink: var(--wherewithal-ink, light-dark(#16211d, #eef3ef)); --soft: var(--wherewithal-soft, light-dark(#4c5a54, #b3c0b9));
    --paper: var(--wherewithal-paper, light-dark(#fff, #18211e)); --line: var(--wherewithal-line, light-dark(#77837b, #7b8982));
    --offer: var(--wherewithal-offer, light-dark(#0b6650, #6fd3b4)); --need: var(--wherewithal-need, light-dark(#a8361b, #ff9d82));
    --on-offer: var(--wherewithal-on-offer, light-dark(#fff, #0b1a15)); --focus: var(--wherewithal-focus, light-dark(#0b57d0, #8ab4ff));
  }
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
.frame { background: var(--paper); border: 1px solid var(--line); border-radius: var(--wherewithal-radius, 10px); padding: var(--wherewithal-gap, 1rem); overflow-wrap: anywhere; }
form { display: grid; gap: .75rem; }
label { display: block; font-weight: 600; }
input[type=search], input[type=text] { font: inherit; color: inherit; background: var(--paper); width: 100%; min-height: 2.75rem; padding: .4rem .7rem; border: 1px solid var(--line); border-radius: calc(var(--wherewithal-radius, 10px) / 2); }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
fieldset label { font-weight: 400; display: inline-flex; align-items: center; gap: .4rem; min-height: 2.75rem; }
input[type=radio] { width: 1.15rem; height: 1.15rem; accent-color: var(--offer); margin: 0; }
legend { padding: 0; }
button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .4rem 1.1rem; border: 2px solid var(--offer); border-radius: calc(var(--wherewithal-radius, 10px) / 2); background: var(--paper); color: var(--offer); cursor: pointer; }
button.main { background: var(--offer); color: var(--on-offer); justify-self: start; }
a { color: var(--offer); }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.fields { display: grid; gap: .75rem; }
.status { margin: 1rem 0 .5rem; font-weight: 600; }
ul { list-style: none; margin: 0; padding: 0; }
.list > li { border-block-start: 1px solid var(--line); padding-block: .9rem; }
.here { border-block-start: 2px solid var(--line); margin-block-start: .75rem; }
h3 { font-size: 1.1rem; line-height: 1.3; margin: .25rem 0; }
p { margin: .25rem 0; }
.side { display: inline-block; font-size: .875rem; font-weight: 600; padding: 0 .55rem; border: 2px solid var(--offer); border-radius: 99rem; color: var(--on-offer); background: var(--offer); }
.side.need { color: var(--need); background: transparent; border: 2px dashed var(--need); }
.group, .facts { color: var(--soft); font-size: .9375rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0 .9rem; }
.act { display: inline-flex; align-items: center; min-height: 2.75rem; font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; margin-block: .75rem; }
.more-at { margin-block-start: .75rem; font-size: .9375rem; }
svg { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: calc(var(--wherewithal-radius, 10px) / 2); }
svg text { font-size: 15px; fill: var(--soft); }
svg .borough { font-size: 16px; text-anchor: middle; }
.dot { cursor: pointer; outline: none; }
.dot text { text-anchor: middle; font-weight: 700; font-size: 13px; fill: var(--on-offer); }
.spot { fill: var(--offer); stroke: var(--paper); stroke-width: 2; }
.ring { fill: none; stroke: none; stroke-width: 3; pointer-events: none; }
.dot:focus-visible .ring { stroke: var(--focus); }
.need .spot { fill: var(--paper); stroke: var(--need); stroke-width: 3; stroke-dasharray: 5 3; }
.dot.need text { fill: var(--need); }
.both .spot { stroke: var(--need); stroke-width: 4; }
.ruler { fill: none; stroke: var(--soft); stroke-width: 2; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none; }
@container (min-width: 34rem) { .fields { grid-template-columns: 2fr 1fr; } }
@media (forced-colors: active) {
  :host {
    --ink: CanvasText; --soft: CanvasText; --paper: Canvas; --line: CanvasText; --offer: LinkText; --need: CanvasText;
    --on-offer: Canvas; --focus: Highlight;
  }
}
`;
