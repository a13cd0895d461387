// Package source reads what people bring, JSON and YAML, into one kind of tree that knows its lines, and collects every fault of it
// at once. It bounds what hostile input may cost. It knows nothing of questionnaires, and never expands an alias, follows a link or
// opens a file.
package source
