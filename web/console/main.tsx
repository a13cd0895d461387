import { Component, lazy, StrictMode, Suspense, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { Route, Switch, useLocation } from 'wouter';

import { Frame } from '#app/Frame';
import { SessionProvider } from '#app/session';
import { keepTheme } from '#app/theme';
import { Bones, Failure, Missing } from '#parts/States';
import { start } from '#text/index';

import { routes } from './routes';
import '#parts/Button.css';
import '#parts/Layout.css';

keepTheme();

const pages = routes.map(({ path, page }) => ({ path, Page: lazy(page) }));
// The states of all parts, for the eye and for the pictures; not part of what is built.
if (import.meta.env.DEV) pages.push({ path: '/parts', Page: lazy(() => import('#parts/PartsPage')) });

// A page that breaks says so, and leaves the frame; going on elsewhere begins anew.
class Boundary extends Component<{ children: ReactNode; at: string }, { broken: string | null }> {
  override state = { broken: null };
  static getDerivedStateFromError = () => ({ broken: 'yes' });
  override componentDidUpdate({ at }: { at: string }) {
    if (at !== this.props.at && this.state.broken) this.setState({ broken: null });
  }
  override render() {
    return this.state.broken ? <Failure again={() => location.reload()} /> : this.props.children;
  }
}

function Pages() {
  const [path] = useLocation();
  return (
    <Boundary at={path}>
      <Suspense fallback={<Bones hasTitle />}>
        <Switch>
          {pages.map(({ path: at, Page }) => (
            <Route key={at} path={at}>
              {(params) => <Page {...params} />}
            </Route>
          ))}
          <Route>
            <Missing />
          </Route>
        </Switch>
      </Suspense>
    </Boundary>
  );
}

// The page of this address loads beside the words, not after them.
const shape = (path: string) =>
  new RegExp(
    `^${path
      .replace(/\/:\w+\?/g, '(/[^/]*)?')
      .replace(/:\w+/g, '[^/]+')
      .replace('*', '.*')}$`,
  );
void routes
  .find(({ path }) => shape(path).test(location.pathname))
  ?.page()
  .catch(() => {}); // drawing it will say so

void start().then(() => {
  createRoot(document.getElementById('console') as HTMLElement).render(
    <StrictMode>
      <SessionProvider>
        <Frame>
          <Pages />
        </Frame>
      </SessionProvider>
    </StrictMode>,
  );
});
