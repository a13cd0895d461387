// Documents are written with graphql`…` and typed from the SDL.
import { initGraphQLTada } from 'gql.tada';

import type { introspection } from './schema';

export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { DateTime: string; WholeNumber: number };
}>();

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada';
