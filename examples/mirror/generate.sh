#!/bin/sh
# Writes generated/generated.go from the server's SDL and operations.graphql.
#
# genqlient 0.8 does not support an interface that implements another one, so it reads the SDL without "implements Node" on
# Stakeholder. Nothing is lost: every kind of party also implements Node itself.
set -eu
cd "$(dirname "$0")"
trap 'rm -f schema.tmp.graphql' EXIT
cat ../../schema/*.graphqls ../../schema/derived/*.graphqls | sed 's/^interface Stakeholder implements Node {/interface Stakeholder {/' >schema.tmp.graphql
go tool -modfile=../../internal/tools/go.mod genqlient genqlient.yaml
