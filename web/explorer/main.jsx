// The GraphQL explorer: GraphiQL, whole and offline, talking to the server that served it.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './explorer.css';

import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import defaultQuery from './default.graphql?raw';

const defaultHeaders = '{\n  "Authorization": "Bearer "\n}';

// The prefilled header without a token asks as nobody; sent as it stands it would be refused as a bad token.
function withoutEmptyBearer(headers = {}) {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => !(/^authorization$/i.test(name) && /^bearer\s*$/i.test(value))),
  );
}

const graphql = createGraphiQLFetcher({
  url: '/graphql',
  subscriptionUrl: `${location.protocol.replace('http', 'ws')}//${location.host}/graphql`,
  enableIncrementalDelivery: false,
});

const fetcher = (params, options) => graphql(params, { ...options, headers: withoutEmptyBearer(options?.headers) });

// The session's storage, because a token must be gone with its tab.
createRoot(document.getElementById('explorer')).render(
  <GraphiQL
    fetcher={fetcher}
    storage={sessionStorage}
    defaultQuery={defaultQuery}
    defaultHeaders={defaultHeaders}
    defaultEditorToolsVisibility="headers"
    shouldPersistHeaders
    showPersistHeadersSettings={false}
  />,
);
