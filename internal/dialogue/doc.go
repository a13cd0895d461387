// Package dialogue keeps the convened spaces in which everything else is said.
//
// DRAFT -> OPEN -> CLOSED, and CLOSED -> OPEN as a new round. A dialogue never ends silently: closing it publishes an
// outcome. What is open at a time is said by the phase that holds then; outside every phase nothing is.
package dialogue
