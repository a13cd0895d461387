// The theme follows the system until the person chooses one.
export type Theme = 'light' | 'dark';

const kept = 'plenary.theme';

const system = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

const chosen = (): Theme | null => {
  const value = localStorage.getItem(kept);
  return value === 'light' || value === 'dark' ? value : null;
};

export const theme = (): Theme => chosen() ?? system();
export const nextTheme = (now: Theme): Theme => (now === 'light' ? 'dark' : 'light');

export function setTheme(next: Theme) {
  localStorage.setItem(kept, next);
  document.documentElement.dataset.theme = next;
}

export function keepTheme() {
  const one = chosen();
  if (one) document.documentElement.dataset.theme = one;
}
