// Package ciso reads framework libraries of CISO Assistant (YAML) as templates: their requirement nodes become sections and panels,
// their questions and choices ours. What cannot be represented it names, all of it at once; it ships no library and fetches none.
package ciso
