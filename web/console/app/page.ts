// Title, focus and scroll place of a page.
import { useEffect, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';

const places = new Map<string, number>();
let visit = 0; // how often a page was entered; the first one leaves the focus where the browser puts it
let isBack = false;
let place = 'Plenary'; // how this server calls itself

// called gives the titles of pages the name that the operator has given to the place.
export function called(name: string) {
  document.title = document.title.endsWith(` · ${place}`) ? document.title.replace(/ · .*?$/, ` · ${name}`) : name;
  place = name;
}

if (typeof window !== 'undefined') {
  history.scrollRestoration = 'manual';
  window.addEventListener('popstate', () => (isBack = true));
  const keep = () => places.set(location.pathname + location.search, window.scrollY);
  window.addEventListener('scrollend', keep);
  window.addEventListener('click', keep, { capture: true });
  keepFocus();
}

const ownHeading = ':scope > :is(h2, h3, summary), :scope > .section-head > h2';

// Where an act takes away the control that has the focus, the focus goes to the heading of what it stood in, and not to the top of the page.
function keepFocus() {
  let held: Element[] = []; // the control, and what it stands in up to the page
  document.addEventListener('focusin', ({ target }) => {
    held = [];
    for (let at = target as Element | null; at && at.id !== 'main'; at = at.parentElement) held.push(at);
  });
  new MutationObserver(() => {
    const [control, ...around] = held;
    if (!control || control.isConnected) return;
    held = [];
    if (document.activeElement && document.activeElement !== document.body) return;
    const places = around.filter((one) => one.isConnected && one.matches('section, article, form, details, li, .casting'));
    const heading = places.map((one) => one.querySelector<HTMLElement>(ownHeading)).find(Boolean);
    if (!heading) return;
    if (heading.tagName !== 'SUMMARY') heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: 'nearest' });
  }).observe(document, { childList: true, subtree: true });
}

// usePage names the page once it can: until then title is undefined. The front page has the name of the place alone. It sets the focus on the heading after navigation,
// and on "back" the place where the reader was.
export function usePage(title: string | undefined) {
  const [path] = useLocation();
  const entered = useRef<string>(undefined);
  useEffect(() => {
    if (title === undefined) return;
    document.title = title ? `${title} · ${place}` : place;
    if (entered.current === path) return;
    entered.current = path;
    visit += 1;
    const back = isBack;
    isBack = false;
    const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    if (target) return focusOn(target);
    if (visit === 1) return;
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
    window.scrollTo(0, back ? (places.get(location.pathname + location.search) ?? 0) : 0);
  }, [title, path]);
}

export function focusOn(target: HTMLElement) {
  const field = target.matches('textarea, input, select, button, a') ? target : target.querySelector<HTMLElement>('textarea, input');
  if (!field) target.tabIndex = -1;
  (field ?? target).focus({ preventScroll: true });
  target.scrollIntoView({ block: 'start' });
}

// useHere is the address to come back to, with its filters.
export function useHere(): string {
  const [path] = useLocation();
  const search = useSearch();
  return search ? `${path}?${search}` : path;
}
