const READY = "modelfactory:ready";

/**
 * A page can be read before its scripts are at work. What is pressed in that moment is kept, and done when they are: buttons
 * only, since links, fields and boxes do by themselves what they are for. A form is not sent by the browser meanwhile: it
 * would leave the page with its content in the address. Runs before anything can be pressed.
 */
export const EARLY_PRESSES_SCRIPT = `(()=>{const kept=[],on=["click","submit"];
const keep=e=>{const b=e.target.closest&&e.target.closest("button,[role=button]");
if(e.type==="submit"){e.preventDefault();return}
if(!b||b.disabled||!e.isTrusted)return;e.preventDefault();kept.push(b)};
for(const t of on)addEventListener(t,keep,true);
addEventListener("${READY}",()=>{for(const t of on)removeEventListener(t,keep,true);
for(const b of kept)if(b.isConnected)b.click()},{once:true})})()`;

/** Says that the page's scripts are at work. */
export const doEarlyPresses = () => window.dispatchEvent(new Event(READY));
