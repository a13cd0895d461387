// The GraphQL explorer: GraphiQL, whole and offline, talking to the server that served it.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './explorer.css';

import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import defaultQuery from './default.graphql?raw';
import { bearer, offered, People, withToken } from './people.jsx';

const graphql = createGraphiQLFetcher({
  url: '/graphql',
  subscriptionUrl: `${location.protocol.replace('http', 'ws')}//${location.host}/graphql`,
  enableIncrementalDelivery: false,
});

const fetcher = async (params, options) => graphql(params, { ...options, headers: await withToken(options?.headers) });

const { people, operations } = await offered();

// One tab for each operation that the server offers, sent by the person whom it names.
const tabs = operations.map(({ query, variables, as }) => ({
  query,
  variables: JSON.stringify(variables, null, 2),
  headers: bearer(as),
}));

// The session's storage, because a token must be gone with its tab.
createRoot(document.getElementById('explorer')).render(
  <GraphiQL
    fetcher={fetcher}
    storage={sessionStorage}
    defaultQuery={defaultQuery}
    defaultTabs={tabs.length > 0 ? tabs : undefined}
    defaultHeaders={bearer('')}
    defaultEditorToolsVisibility={tabs.length > 0 ? 'variables' : 'headers'}
    shouldPersistHeaders
    showPersistHeadersSettings={false}
  >
    {people.length > 0 && <People people={people} />}
  </GraphiQL>,
);
