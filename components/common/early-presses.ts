const READY = "modelfactory:ready";

/**
 * A page can be read before its scripts are at work. What a person does in that moment is kept, and done when they are:
 * what was typed, ticked or chosen is told to the page again (it would go by what it was sent with), then each button that
 * was pressed is pressed, once however often it was. Links do by themselves what they are for. A form is not sent by the
 * browser meanwhile: it would leave the page with its content in the address. Runs before anything can be pressed.
 */
export const EARLY_PRESSES_SCRIPT = `(()=>{
const pressed=new Set(),fields=new Map(),root=document.documentElement;
const press=e=>{const b=e.target.closest&&e.target.closest("button,[role=button]");
if(!b||b.disabled||!e.isTrusted)return;e.preventDefault();pressed.add(b);root.style.cursor="progress"};
const stay=e=>e.preventDefault();
const isBox=f=>f.type==="checkbox"||f.type==="radio";
const note=e=>{const f=e.target;if(e.isTrusted&&"value" in f&&f.type!=="file")fields.set(f,isBox(f)?f.checked:f.value)};
const on=[["click",press],["submit",stay],["input",note],["change",note]];
for(const [t,f] of on)addEventListener(t,f,true);
const tell=(f,kept)=>{if(!f.isConnected)return;
if(isBox(f)){if(f.type==="radio"&&!kept)return;f.checked=!kept;f.click();return}
if(f.tagName==="SELECT"){f.value=kept;f.dispatchEvent(new Event("change",{bubbles:true}));return}
f.value=kept===""?" ":"";
Object.getOwnPropertyDescriptor(Object.getPrototypeOf(f),"value").set.call(f,kept);
f.dispatchEvent(new Event("input",{bubbles:true}))};
addEventListener("${READY}",()=>{for(const [t,f] of on)removeEventListener(t,f,true);
root.style.cursor="";
for(const [f,kept] of fields)tell(f,kept);
for(const b of pressed)setTimeout(()=>{if(b.isConnected&&!b.disabled)b.click()})},{once:true})})()`;

/** Says that the page's scripts are at work; what was kept follows when this moment's work is done. */
export const doEarlyPresses = () => setTimeout(() => window.dispatchEvent(new Event(READY)));
